"""The report's colours are those of the design's light theme, and can be told apart on paper."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kinometric.report import ink
from kinometric.report.ink import LEVEL_INK, STANCE_INK, Colour
from kinometric.resources import resource_path


@pytest.fixture(scope="module")
def light() -> dict[str, Any]:
    """The light theme of the tokens."""
    theme: dict[str, Any] = json.loads(resource_path("theme/tokens.json").read_text(encoding="utf-8"))["themes"][
        "light"
    ]
    return theme


@pytest.fixture(scope="module")
def levels() -> dict[str, Any]:
    """The levels of the tokens."""
    found: dict[str, Any] = json.loads(resource_path("theme/tokens.json").read_text(encoding="utf-8"))["levels"]
    return found


def code(colour: Colour) -> str:
    """Return a colour as the tokens write it."""
    return "#" + "".join(f"{round(part * 255):02X}" for part in colour)


def luminance(colour: Colour) -> float:
    """Return the relative luminance of WCAG 2.2."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: Colour) -> float:
    """Return the contrast with white paper."""
    return 1.05 / (luminance(colour) + 0.05)


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("TEXT", "text"),
        ("TEXT_2", "text-2"),
        ("TEXT_3", "text-3"),
        ("BORDER", "border-strong"),
        ("ACCENT", "accent"),
        ("STOP", "stop"),
        ("WHITE", "surface"),
    ],
)
def test_words_and_lines_have_the_colours_of_the_tokens(light: dict[str, Any], name: str, token: str) -> None:
    assert code(getattr(ink, name)) == light["colour"][token]


@pytest.mark.parametrize(
    ("name", "token"), [("GRID", "grid"), ("ZERO", "zero"), ("SHADE", "shade"), ("AFTER", "after"), ("WHITE", "ground")]
)
def test_plots_have_the_colours_of_the_tokens(light: dict[str, Any], name: str, token: str) -> None:
    assert code(getattr(ink, name)) == light["plot"][token]


@pytest.mark.parametrize("stance", ["LBEO", "RBEO", "LBEC", "RBEC"])
def test_stances_have_the_colours_and_styles_of_the_tokens(light: dict[str, Any], stance: str) -> None:
    tokens, drawn = light["plot"]["stances"][stance], STANCE_INK[stance]
    assert code(drawn.line) == tokens["line"]
    assert [code(lane) for lane in drawn.lanes] == [tokens["axis_ap"], tokens["axis_ml"], tokens["axis_v"]]
    style = json.loads(resource_path("theme/tokens.json").read_text(encoding="utf-8"))["stances"][stance]
    assert drawn.dashed is (style["line_style"] == "dashed")
    assert drawn.round_marker is (style["marker"] == "circle")
    assert drawn.filled is style["marker_filled"]


@pytest.mark.parametrize("level", ["critical", "high", "moderate", "low"])
def test_levels_have_the_colours_of_the_tokens(levels: dict[str, Any], level: str) -> None:
    assert code(LEVEL_INK[level]) == levels[level]["light"]["ink"]


def test_words_are_readable_on_white_paper() -> None:
    for colour in (ink.TEXT, ink.TEXT_2, ink.TEXT_3, ink.STOP, *LEVEL_INK.values()):
        assert contrast(colour) >= 4.5


def test_lines_that_carry_meaning_stand_out_from_white_paper() -> None:
    for drawn in STANCE_INK.values():
        for colour in (drawn.line, *drawn.lanes):
            assert contrast(colour) >= 3.0
    assert contrast(ink.AFTER) >= 3.0


def test_the_four_stances_differ_without_colour() -> None:
    styles = {(drawn.dashed, drawn.round_marker, drawn.filled) for drawn in STANCE_INK.values()}
    assert len(styles) == 4
    for name, drawn in STANCE_INK.items():
        assert drawn.dashed is name.startswith("R")
        assert drawn.filled is name.endswith("EO")


def test_no_type_on_paper_is_smaller_than_it_can_be_read() -> None:
    assert min(ink.BODY, ink.NOTE, ink.NAME, ink.SCORE, ink.HEADING) >= 7.5
