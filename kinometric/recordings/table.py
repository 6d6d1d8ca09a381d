"""Turn the text of a recording into named columns of numbers, and say exactly where that fails."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kinometric.recordings.recording import LARGEST, FloatArray, RecordingError, believable

COMMENTS = ("#", "%", "//")
_LONGEST_LINE = 10_000
_FEW_BYTES = 200_000
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$")
_NOT_FINITE = {"nan", "inf", "infinity", "-inf", "+inf", "-nan", "-infinity"}


@dataclass(frozen=True)
class Text:
    """A decoded text file, split where its numbers begin.

    Attributes
    ----------
    comments : tuple of (int, str)
        Line number and text of the comment lines (``#``, ``%``, ``//``) above the numbers.
    header : tuple of str
        Names of the columns, empty when the file has none.
    header_line : int
        Line of the header, 0 without one.
    separator : str
        One character; a blank stands for any number of blanks.
    decimal_comma : bool
    content : bytes
        The whole file in UTF-8.
    start : int
        Where the first row of numbers begins in it; nothing is copied before numpy reads it.
    body_line : int
        Line number of the first row of numbers.
    tail_lines : int
        Lines below the last row of numbers that were left out.
    """

    comments: tuple[tuple[int, str], ...]
    header: tuple[str, ...]
    header_line: int
    separator: str
    decimal_comma: bool
    content: bytes
    start: int
    body_line: int
    tail_lines: int = 0

    @cached_property
    def first_row(self) -> list[str]:
        """Cells of the first row of numbers."""
        row = line_at(self.content, self.start)[0]
        return [cell.strip('"').strip() for cell in split_row(row, self.separator)]

    def is_number(self, column: int) -> bool:
        """Whether the first row holds a number in this column.

        Parameters
        ----------
        column : int
            Counted from 0.

        Returns
        -------
        bool
            False also when the row has no such column.
        """
        row = self.first_row
        return column < len(row) and is_number(row[column])


def numbers(text: Text, columns: Sequence[int]) -> FloatArray:
    """Read the chosen columns of the body.

    Parameters
    ----------
    text : Text
    columns : sequence of int
        Positions of the columns, in the order wanted.

    Returns
    -------
    (n, len(columns)) float64

    Raises
    ------
    RecordingError
        At the first row that is cut off, has too few columns, or holds something that is not a finite number.
    """
    content, start = text.content, text.start
    if text.decimal_comma:
        content, start = content[start:].replace(b",", b"."), 0
    if not content.endswith(b"\n") and _last_row_is_cut(content[start:], text.separator):
        content = content[: content.rindex(b"\n") + 1]
    body: io.BytesIO | list[str]
    if len(content) - start < _FEW_BYTES:
        # A list of a few thousand lines is read sooner than a file of them, a long one later.
        body = content[start:].decode().split("\n")
    else:
        body = io.BytesIO(content)
        body.seek(start)
    exact = tuple(columns) == tuple(range(_width(text)))
    try:
        values: FloatArray = np.loadtxt(
            body,
            delimiter=None if text.separator == " " else text.separator,
            usecols=None if exact else list(columns),
            comments=None,
            ndmin=2,
            quotechar='"' if b'"' in content[start : start + 1000] else None,
        )
    except (ValueError, IndexError, OverflowError):
        raise _first_bad_row(text, content[start:], columns) from None
    if not believable(values.ravel()):
        raise _first_bad_row(text, content[start:], columns)
    return values


def cells(text: Text, column: int) -> list[str]:
    """Return one column of the body as text, for times that are not numbers.

    Parameters
    ----------
    text : Text
    column : int
        Counted from 0.

    Returns
    -------
    list of str
        One cell a row.

    Raises
    ------
    RecordingError
        At the first row that has no such column.
    """
    found = []
    for offset, row in enumerate(text.content[text.start :].decode().split("\n")):
        if not row.strip():
            continue
        parts = split_row(row, text.separator)
        if len(parts) <= column:
            line = text.body_line + offset
            raise RecordingError("The file ends in the middle of a row; it was cut off.", code="truncated", line=line)
        found.append(parts[column])
    return found


def _last_row_is_cut(body: bytes, separator: str) -> bool:
    """Whether a file without a final line end stops in the middle of its last number; a shorter row is an error."""
    *before, last = body[-20_000:].decode(errors="replace").split("\n")[-11:]
    if len(before) < 2 or last.count(separator) < before[-1].count(separator):
        return False
    return _decimals(last, separator) < min(_decimals(row, separator) for row in before[1:])


def _decimals(row: str, separator: str) -> int:
    _, _, decimals = row.rstrip().rstrip(separator).rpartition(separator)[2].rstrip(' "').partition(".")
    return len(decimals)


def _first_bad_row(text: Text, body: bytes, columns: Sequence[int]) -> RecordingError:
    lines = body.decode().split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    for offset, line in enumerate(lines):
        if not line.strip():
            continue
        cells = [cell.strip().strip('"').strip() for cell in split_row(line, text.separator)]
        number = text.body_line + offset
        if len(cells) <= max(columns):
            if offset == len(lines) - 1:
                return RecordingError(
                    "The file ends in the middle of a row; it was cut off.", code="truncated", line=number
                )
            return RecordingError(
                f"The row has {len(cells)} columns where {max(columns) + 1} are needed.", code="columns", line=number
            )
        for column in columns:
            cell = cells[column]
            if cell.lower() in _NOT_FINITE or not cell:
                return RecordingError("A value is missing or not a number.", code="not_a_number", line=number)
            if not is_number(cell):
                return RecordingError("A value cannot be read as a number.", code="not_a_number", line=number)
            if not abs(float(cell.replace(",", "."))) < LARGEST:
                return RecordingError("A value is too large for a number.", code="not_a_number", line=number)
    return RecordingError("The rows do not all have the same number of columns.", code="columns", line=text.body_line)


def _width(text: Text) -> int:
    """Number of columns of the first row."""
    if text.separator == " ":
        return len(text.first_row)
    end = text.content.find(b"\n", text.start)
    return text.content.count(text.separator.encode(), text.start, end if end >= 0 else len(text.content)) + 1


def line_at(content: bytes, position: int) -> tuple[str, int]:
    """Return the line that begins at a position, without its end, and where the next one begins.

    Parameters
    ----------
    content : bytes
    position : int
        Where the line begins.

    Returns
    -------
    line : str
        Without blanks around it, at most 10,000 characters.
    next : int
        Where the next line begins.
    """
    end = content.find(b"\n", position)
    end = len(content) if end < 0 else end
    return content[position : min(end, position + _LONGEST_LINE)].decode(errors="replace").strip(), end + 1


def split_row(line: str, separator: str) -> list[str]:
    """Return the cells of a line.

    Parameters
    ----------
    line : str
    separator : str
        A blank stands for any number of blanks.

    Returns
    -------
    list of str
        Without blanks around them.
    """
    return line.split() if separator == " " else [cell.strip() for cell in line.split(separator)]


def is_number(cell: str) -> bool:
    """Whether a cell is written as a number, with decimal point or comma, or as one that is not finite.

    Parameters
    ----------
    cell : str
        In quotes or not.

    Returns
    -------
    bool
    """
    return bool(_NUMBER.match(cell.strip().strip('"').strip())) or cell.strip().lower() in _NOT_FINITE
