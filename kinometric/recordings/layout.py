"""Decode a file and find its layout: comments, header, separator, decimal sign, first and last row of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kinometric.recordings.recording import RecordingError
from kinometric.recordings.table import COMMENTS, Text, is_number, line_at, split_row

MAX_BYTES = 200_000_000
MAX_HEAD_LINES = 200
_MAX_TAIL_LINES = 50
_SHORTEST_UTF_16 = 16
_ROWS_LOOKED_AT = 20
_LATIN_1_TEXT = bytes([9, 10, 13, *range(32, 127), *range(160, 256)])
_SEPARATORS = (";", "\t", "|", ",")
_LETTER = re.compile(r"[A-Za-zµ°²]")
_DIGIT = re.compile(r"\d")
_POINT = re.compile(r"[+-]?\d*\.\d*([eE][+-]?\d+)?$")
_COMMA = re.compile(r"[+-]?\d*,\d*([eE][+-]?\d+)?$")
_QUOTED_COMMA = re.compile(r'"[+-]?\d*,\d+([eE][+-]?\d+)?"')
_UNIT = re.compile(
    r"[(\[]?\s*(s|sec|seconds?|ms|us|µs|ns|g|mg|-|m\W*/?\W*s\W*s?\W*[2²]?|m/s/s|rad/s|deg/s|°/s|hz)?\s*[)\]]?$",
    re.IGNORECASE,
)


def as_utf8(content: bytes) -> bytes:
    """Check that a file is text and return it as UTF-8 with plain line ends.

    Parameters
    ----------
    content : bytes
        UTF-8, UTF-16 with or without its byte order mark, or Latin-1.

    Returns
    -------
    bytes
        UTF-8 without a mark, lines ended by a line feed, minus signs that a keyboard has.

    Raises
    ------
    RecordingError
        When the content is empty, too large, or is not text.
    """
    if len(content) > MAX_BYTES:
        raise RecordingError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", code="too_large")
    try:
        if b"\0" in content:
            content = _from_utf16(content)
        elif not content.isascii():
            content = _checked(content.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeError:
        raise RecordingError("The file is not a text table of numbers.", code="not_text") from None
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not content or content.isspace():
        raise RecordingError("The file is empty.", code="empty")
    return content


def _from_utf16(content: bytes) -> bytes:
    """UTF-16 by its mark, else by where its zeros stand; any other text has none."""
    head = content[:400]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16")
    elif len(head) < _SHORTEST_UTF_16:
        raise UnicodeError("too short to tell")
    elif not any(head[1::2]):
        text = content.decode("utf-16-le")
    elif not any(head[::2]):
        text = content.decode("utf-16-be")
    else:
        raise UnicodeError("zeros in a text")
    if "\0" in text:
        raise UnicodeError("zeros in a text")
    return text.encode()


def _checked(content: bytes) -> bytes:
    """UTF-8 as it is; Latin-1, which some apps write for m/s², as UTF-8; anything else is no text."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16").encode()
    try:
        content.decode()
    except UnicodeDecodeError:
        if content.translate(None, _LATIN_1_TEXT):
            raise
        return content.decode("latin-1").encode()
    return content.replace(b"\xe2\x88\x92", b"-")


def split_text(content: bytes) -> Text:
    """Find comments, header, separator, and the first and the last row of numbers.

    Parameters
    ----------
    content : bytes
        From `as_utf8`.

    Returns
    -------
    Text

    Raises
    ------
    RecordingError
        When no row of numbers begins within the first lines.
    """
    comments: list[tuple[int, str]] = []
    header_text, header_line, above = "", 0, ""
    position, number = 0, 0
    while position < len(content) and number < MAX_HEAD_LINES:
        number += 1
        line, end = line_at(content, position)
        if line.startswith(COMMENTS):
            comments.append((number, line))
        elif line:
            cells = _cells(line)
            if is_number(cells[0]) or not _LETTER.search(line) or _looks_like_row(cells):
                if _QUOTED_COMMA.search(line):
                    # Commas that separate quoted cells become tabs, so that those inside are decimal signs.
                    content, header_text = content.replace(b'",', b'"\t'), header_text.replace('",', '"\t')
                    line = line.replace('",', '"\t')
                separator = _separator(line, header_text)
                comma = separator != "," and _decimal_comma(content, position, separator)
                content, dropped = _without_tail(content, position, separator)
                names = _names(header_text, above, separator)
                return Text(tuple(comments), names, header_line, separator, comma, content, position, number, dropped)
            above = header_text if header_line == number - 1 else ""
            header_text, header_line = line, number
        position = end
    raise RecordingError("The file holds no rows of numbers.", code="no_numbers", line=header_line or None)


def _names(header: str, above: str, separator: str) -> tuple[str, ...]:
    """Names of the columns; a line of nothing but units below the names is put in brackets behind them."""
    names = _unquoted(_header_cells(header, separator))
    over = _unquoted(_header_cells(above, separator))
    if len(names) > 2 and len(names) == len(over) and all(_UNIT.match(name) for name in names):
        bare = [name.strip("()[] ") for name in names]
        return tuple(f"{name} ({unit})" if unit else name for name, unit in zip(over, bare, strict=True))
    return tuple(names)


def _unquoted(cells: Sequence[str]) -> list[str]:
    return [cell.strip("\"'").strip() for cell in cells]


def _without_tail(content: bytes, start: int, separator: str) -> tuple[bytes, int]:
    """Cut remarks below the last row of numbers, and say how many lines they were."""
    first = split_row(line_at(content, start)[0], separator)[0]
    dropped, kept = 0, len(content)
    while dropped < _MAX_TAIL_LINES:
        end = kept - 1 if content[kept - 1 : kept] == b"\n" else kept
        begin = content.rfind(b"\n", start, end) + 1
        if begin <= start:
            break
        line = line_at(content, begin)[0]
        if line and not _is_remark(line, is_number(first)):
            break
        dropped, kept = dropped + bool(line), begin
    return (content[:kept], dropped) if dropped else (content, 0)


def _is_remark(line: str, rows_begin_with_numbers: bool) -> bool:
    if line.startswith(COMMENTS):
        return True
    if "nan" in line.lower():
        return False
    return not _DIGIT.search(line) or (rows_begin_with_numbers and line[0].isalpha())


def _cells(line: str) -> list[str]:
    separator = next((separator for separator in _SEPARATORS if separator in line), " ")
    return split_row(line, separator)


def _header_cells(line: str, separator: str) -> list[str]:
    return split_row(line, separator) if separator in line else _cells(line) if line else []


def _looks_like_row(cells: Sequence[str]) -> bool:
    return len(cells) > 2 and sum(is_number(cell) for cell in cells) * 2 > len(cells)


def _separator(line: str, header: str) -> str:
    """Separator of a row of numbers."""
    found = next((separator for separator in _SEPARATORS if separator in line), None)
    return found or ("," if "," in header else " ")


def _decimal_comma(content: bytes, position: int, separator: str) -> bool:
    """Whether the decimal sign is a comma: the first rows decide, the very first may be all zeros."""
    for _ in range(_ROWS_LOOKED_AT):
        line, position = line_at(content, position)
        cells = _unquoted(split_row(line, separator))
        if any(_POINT.match(cell) for cell in cells if _DIGIT.search(cell)):
            return False
        if any(_COMMA.match(cell) for cell in cells if _DIGIT.search(cell)):
            return True
    return False
