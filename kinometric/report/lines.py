"""Break texts into lines that fit: at spaces, else after hyphens, else anywhere; or shorten them to one line."""

from __future__ import annotations

from kinometric.report.typeface import Typeface, Weight, printable, typeface


def shortened(text: str, size: float, width: float, weight: Weight = "regular") -> str:
    """Return a text that fits one line: whole, or its beginning with an ellipsis."""
    first, *more = wrap(text, size, width, weight)
    if not more:
        return first
    room = width - typeface(weight).width("…", size)
    return f"{wrap(first, size, room, weight)[0].rstrip(' ,')}…"


def wrap(text: str, size: float, width: float, weight: Weight = "regular") -> list[str]:
    """Break a text into lines of at most `width` points: at spaces, else after hyphens, else anywhere."""
    face = typeface(weight)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        shown, _ = printable(paragraph)
        current = ""
        for word in shown.split(" "):
            candidate = f"{current} {word}" if current else word
            if face.width(candidate, size) <= width:
                current = candidate
                continue
            if current and face.width(word, size) <= width:
                lines.append(current)
                current = word
                continue
            *full, current = _break_word(current, word, size, width, face)
            lines += full
        lines.append(current)
    return lines


def _break_word(current: str, word: str, size: float, width: float, face: Typeface) -> list[str]:
    """Return the lines of a word that is longer than a line, begun behind `current` where a part of it fits there."""
    lines: list[str] = []
    line = f"{current} " if current else ""
    for part in word.replace("-", "-\0").split("\0"):
        if face.width(line + part, size) <= width:
            line += part
            continue
        if line:
            lines.append(line.rstrip(" "))
        line = ""
        for character in part:
            if line and face.width(line + character, size) > width:
                lines.append(line)
                line = ""
            line += character
    return [*lines, line]
