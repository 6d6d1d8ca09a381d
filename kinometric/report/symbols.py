"""Level symbols and stance markers, drawn as paths so that they survive any font and a grey printer."""

from __future__ import annotations

from kinometric.report.ink import LEVEL_INK, STANCE_INK, WHITE
from kinometric.report.sheet import Sheet


def draw_level(sheet: Sheet, x: float, y: float, level: str, size: float = 6.0) -> None:
    """Draw a level's symbol centred on (x, y): diamond, triangle, disc or ring."""
    ink, r = LEVEL_INK[level], size / 2
    if level == "critical":
        sheet.polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill=ink)
    elif level == "high":
        sheet.polygon([(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)], fill=ink)
    elif level == "moderate":
        sheet.disc(x, y, r, fill=ink)
    else:
        sheet.disc(x, y, r - size * 0.08, line=ink, line_width=size * 0.2)


def draw_marker(sheet: Sheet, x: float, y: float, stance: str, size: float = 5.4) -> None:
    """Draw a stance's marker centred on (x, y): square left, disc right, hollow with eyes closed."""
    ink, r = STANCE_INK[stance], size / 2
    fill = ink.line if ink.filled else WHITE
    if ink.round_marker:
        sheet.disc(x, y, r, fill=fill, line=ink.line, line_width=1.1)
    else:
        sheet.rectangle(x - r, y - r, size, size, fill=fill, line=ink.line, line_width=1.1)


def draw_key(sheet: Sheet, x: float, y: float, stance: str, width: float = 20.0) -> None:
    """Draw a stance's line with its marker, as in a legend."""
    ink = STANCE_INK[stance]
    sheet.line(x, y, x + width, y, ink.line, 1.4, (3.6, 2.4) if ink.dashed else None)
    draw_marker(sheet, x + width / 2, y, stance)


def draw_barred_circle(sheet: Sheet, x: float, y: float, colour: tuple[float, float, float], size: float = 6.0) -> None:
    """Draw the symbol of a trial without a score."""
    r = size / 2 - 0.5
    sheet.disc(x, y, r, line=colour, line_width=0.9)
    sheet.line(x - r * 0.7, y + r * 0.7, x + r * 0.7, y - r * 0.7, colour, 0.9)
