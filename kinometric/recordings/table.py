"""Turn the text of a recording into named columns of numbers, and say exactly where that fails."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinometric.recordings.recording import FloatArray, RecordingError

MAX_BYTES = 200_000_000
MAX_HEAD_LINES = 200
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
    body : str
        Everything from the first row of numbers on.
    body_line : int
        Line number of the first row of numbers.
    """

    comments: tuple[tuple[int, str], ...]
    header: tuple[str, ...]
    header_line: int
    separator: str
    decimal_comma: bool
    body: str
    body_line: int


def decode(content: bytes) -> str:
    """Decode a text file, UTF-8 or UTF-16 with a byte order mark.

    Raises
    ------
    RecordingError
        When the content is empty, too large, or is not text.
    """
    if not content.strip():
        raise RecordingError("The file is empty.", code="empty")
    if len(content) > MAX_BYTES:
        raise RecordingError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", code="too_large")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise RecordingError("The file is not a text table of numbers.", code="not_text") from None
    if "\0" in text:
        raise RecordingError("The file is not a text table of numbers.", code="not_text")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def split_text(text: str) -> Text:
    """Find comments, header, separator and the first row of numbers.

    Raises
    ------
    RecordingError
        When no row of numbers begins within the first lines.
    """
    comments: list[tuple[int, str]] = []
    header_text, header_line = "", 0
    position, number = 0, 0
    while position < len(text) and number < MAX_HEAD_LINES:
        number += 1
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position : min(end, position + 10_000)].strip()
        if line.startswith("#"):
            comments.append((number, line))
        elif line:
            cells = _cells(line)
            if _is_number(cells[0].strip()) or not _LETTER.search(line) or _looks_like_row(cells):
                separator, comma = _separator(line, header_text)
                header = tuple(name.strip('"').strip() for name in _header_cells(header_text, separator))
                return Text(tuple(comments), header, header_line, separator, comma, text[position:], number)
            header_text, header_line = line, number
        position = end + 1
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
    body = text.body.replace(",", ".") if text.decimal_comma else text.body
    if _last_row_is_cut(body, text.separator):
        body = body[: body.rindex("\n") + 1]
    width = len(_split(body[: body.find("\n")] if "\n" in body else body, text.separator))
    exact = list(columns) == list(range(width))
    try:
        values: FloatArray = np.loadtxt(
            io.StringIO(body),
            delimiter=text.separator,
            usecols=None if exact else list(columns),
            comments=None,
            ndmin=2,
            quotechar='"',
        )
    except (ValueError, IndexError, OverflowError):
        raise _first_bad_row(text, body, columns) from None
    if not np.isfinite(values).all():
        raise _first_bad_row(text, body, columns)
    return values


def _last_row_is_cut(body: str, separator: str) -> bool:
    """Whether a file without a final line end stops in the middle of its last number; a shorter row is an error."""
    if body.endswith("\n"):
        return False
    *before, last = body[-20_000:].split("\n")[-11:]
    if len(before) < 2 or last.count(separator) < before[-1].count(separator):
        return False
    return _decimals(last) < min(_decimals(row) for row in before[1:])


def _decimals(row: str) -> int:
    _, point, decimals = row.rpartition(".")
    return len(decimals.rstrip(' ",;\t')) if point else 0


def _first_bad_row(text: Text, body: str, columns: Sequence[int]) -> RecordingError:
    lines = body.split("\n")
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
