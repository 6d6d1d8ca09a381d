"""Turn the text of a recording into named columns of numbers, and say exactly where that fails."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kinometric.recordings.recording import FloatArray, RecordingError

MAX_BYTES = 200_000_000
MAX_HEAD_LINES = 200
_LONGEST_LINE = 10_000
_LATIN_1_TEXT = bytes([9, 10, 13, *range(32, 127), *range(160, 256)])
_SEPARATORS = (";", "\t", ",")
_LETTER = re.compile(r"[A-Za-zµ°²]")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$")
_NOT_FINITE = {"nan", "inf", "infinity", "-inf", "+inf", "-nan", "-infinity"}


@dataclass(frozen=True)
class Text:
    """A decoded text file, split where its numbers begin.

    Attributes
    ----------
    comments : tuple of (int, str)
        Line number and text of the ``#`` lines above the numbers.
    header : tuple of str
        Names of the columns, empty when the file has none.
    header_line : int
        Line of the header, 0 without one.
    separator : str
    decimal_comma : bool
    content : bytes
        The whole file in UTF-8.
    start : int
        Where the first row of numbers begins in it; nothing is copied before numpy reads it.
    body_line : int
        Line number of the first row of numbers.
    """

    comments: tuple[tuple[int, str], ...]
    header: tuple[str, ...]
    header_line: int
    separator: str
    decimal_comma: bool
    content: bytes
    start: int
    body_line: int

    @cached_property
    def first_row(self) -> list[str]:
        """Cells of the first row of numbers."""
        row = _line_at(self.content, self.start)[0]
        return [cell.strip('"').strip() for cell in _split(row, self.separator)]

    def is_number(self, column: int) -> bool:
        """Whether the first row holds a number in this column."""
        row = self.first_row
        return column < len(row) and _is_number(row[column])


def as_utf8(content: bytes) -> bytes:
    """Check that a file is text and return it as UTF-8 with plain line ends; UTF-16 needs its byte order mark.

    Raises
    ------
    RecordingError
        When the content is empty, too large, or is not text.
    """
    if len(content) > MAX_BYTES:
        raise RecordingError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", code="too_large")
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            content = content.decode("utf-16").encode()
        elif not content.isascii():
            content = _checked(content.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeError:
        raise RecordingError("The file is not a text table of numbers.", code="not_text") from None
    if b"\0" in content:
        raise RecordingError("The file is not a text table of numbers.", code="not_text")
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not content or content.isspace():
        raise RecordingError("The file is empty.", code="empty")
    return content


def _checked(content: bytes) -> bytes:
    """UTF-8 as it is; Latin-1, which some apps write for m/s², as UTF-8; anything else is no text."""
    try:
        content.decode()
    except UnicodeDecodeError:
        if content.translate(None, _LATIN_1_TEXT):
            raise
        return content.decode("latin-1").encode()
    return content


def split_text(content: bytes) -> Text:
    """Find comments, header, separator and the first row of numbers.

    Raises
    ------
    RecordingError
        When no row of numbers begins within the first lines.
    """
    comments: list[tuple[int, str]] = []
    header_text, header_line = "", 0
    position, number = 0, 0
    while position < len(content) and number < MAX_HEAD_LINES:
        number += 1
        line, end = _line_at(content, position)
        if line.startswith("#"):
            comments.append((number, line))
        elif line:
            cells = _cells(line)
            if _is_number(cells[0].strip()) or not _LETTER.search(line) or _looks_like_row(cells):
                separator, comma = _separator(line, header_text)
                header = tuple(name.strip('"').strip() for name in _header_cells(header_text, separator))
                return Text(tuple(comments), header, header_line, separator, comma, content, position, number)
            header_text, header_line = line, number
        position = end
    raise RecordingError("The file holds no rows of numbers.", code="no_numbers", line=header_line or None)


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
    body = io.BytesIO(content)
    body.seek(start)
    exact = tuple(columns) == tuple(range(_width(text)))
    try:
        values: FloatArray = np.loadtxt(
            body,
            delimiter=text.separator,
            usecols=None if exact else list(columns),
            comments=None,
            ndmin=2,
            quotechar='"' if b'"' in content[start : start + 1000] else None,
        )
    except (ValueError, IndexError, OverflowError):
        raise _first_bad_row(text, content[start:], columns) from None
    # One product is cheaper than a test of each value; only a suspicious one is looked at closely.
    flat = values.ravel()
    if not math.isfinite(flat @ flat) and not np.isfinite(flat).all():
        raise _first_bad_row(text, content[start:], columns)
    return values


def cells(text: Text, column: int) -> list[str]:
    """Return one column of the body as text, for times that are not numbers.

    Raises
    ------
    RecordingError
        At the first row that has no such column.
    """
    found = []
    for offset, row in enumerate(text.content[text.start :].decode().split("\n")):
        if not row.strip():
            continue
        parts = _split(row, text.separator)
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
        cells = [cell.strip().strip('"').strip() for cell in _split(line, text.separator)]
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
            if not _is_number(cell):
                return RecordingError("A value cannot be read as a number.", code="not_a_number", line=number)
            if not np.isfinite(float(cell.replace(",", "."))):
                return RecordingError("A value is too large for a number.", code="not_a_number", line=number)
    return RecordingError("The rows do not all have the same number of columns.", code="columns", line=text.body_line)


def _width(text: Text) -> int:
    """Number of columns of the first row."""
    if text.separator == " ":
        return len(text.first_row)
    end = text.content.find(b"\n", text.start)
    return text.content.count(text.separator.encode(), text.start, end if end >= 0 else len(text.content)) + 1


def _line_at(content: bytes, position: int) -> tuple[str, int]:
    """The line that begins at a position, without its end, and where the next one begins."""
    end = content.find(b"\n", position)
    end = len(content) if end < 0 else end
    return content[position : min(end, position + _LONGEST_LINE)].decode(errors="replace").strip(), end + 1


def _cells(line: str) -> list[str]:
    for separator in _SEPARATORS:
        if separator in line:
            return _split(line, separator)
    return line.split()


def _header_cells(line: str, separator: str) -> list[str]:
    return _split(line, separator) if separator in line else _cells(line) if line else []


def _split(line: str, separator: str) -> list[str]:
    return [cell.strip() for cell in line.split(separator)] if line else []


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell.strip().strip('"'))) or cell.strip().lower() in _NOT_FINITE


def _looks_like_row(cells: Sequence[str]) -> bool:
    return len(cells) > 2 and sum(_is_number(cell) for cell in cells) * 2 > len(cells)


def _separator(line: str, header: str) -> tuple[str, bool]:
    """Separator of a row of numbers, and whether its decimal sign is a comma."""
    for separator in (";", "\t"):
        if separator in line:
            return separator, "," in line and "." not in line
    if "," in line:
        return ",", False
    if header and "," in header:
        return ",", False
    return " ", False
