"""The report's colours, line widths and type sizes: the light theme of the design, in points."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


def _hex(code: str) -> Colour:
    return (int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255)


WHITE = _hex("#FFFFFF")
TEXT = _hex("#14181D")
TEXT_2 = _hex("#434B55")
TEXT_3 = _hex("#5C6470")
BORDER = _hex("#C3C9D2")
FRAME = _hex("#AEB5BF")
GRID = _hex("#E4E7EB")
ZERO = _hex("#AEB5BF")
SHADE = _hex("#EEF0F3")
AFTER = _hex("#868E9A")
ACCENT = _hex("#2156C4")
STOP = _hex("#8C1D18")

LEVEL_INK = {
    "critical": _hex("#8C1D18"),
    "high": _hex("#8A3B00"),
    "moderate": _hex("#6B5200"),
    "low": _hex("#0B5D3B"),
}

BODY = 8.6
NOTE = 7.5
NAME = 12.0
SCORE = 10.4
HEADING = 13.6


@dataclass(frozen=True)
class StanceInk:
    """How one stance is drawn: line, three lane colours, dash, and marker."""

    line: Colour
    lanes: tuple[Colour, Colour, Colour]
    dashed: bool
    round_marker: bool
    filled: bool


STANCE_INK = {
    "LBEO": StanceInk(_hex("#0072B2"), (_hex("#005280"), _hex("#0072B2"), _hex("#0096EB")), False, False, True),
    "RBEO": StanceInk(_hex("#D55E00"), (_hex("#853B00"), _hex("#B85100"), _hex("#EB6800")), True, True, True),
    "LBEC": StanceInk(_hex("#009E73"), (_hex("#005C43"), _hex("#007A59"), _hex("#00A377")), False, False, False),
    "RBEC": StanceInk(_hex("#CC79A7"), (_hex("#81315E"), _hex("#B54583"), _hex("#CA73A3")), True, True, False),
}
