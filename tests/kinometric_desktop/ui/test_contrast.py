"""The contrast table of the design system, computed again from the tokens."""

from __future__ import annotations

import pytest

from kinometric_desktop.ui.theme.tokens import Theme, tokens

TEXT = 4.5
SHAPE = 3.0
#: Foreground, ground, what it needs, and the ratio in light, dark and high contrast.
TABLE = [
    ("text", "surface", TEXT, 17.8, 12.2, 21.0),
    ("text", "banner", TEXT, 14.6, 10.4, 21.0),
    ("text-2", "surface", TEXT, 8.8, 8.5, 21.0),
    ("text-2", "window", TEXT, 8.1, 9.3, 21.0),
    ("text-3", "surface", TEXT, 6.0, 6.2, 21.0),
    ("text-3", "window", TEXT, 5.5, 6.9, 21.0),
    ("text-3", "banner", TEXT, 4.9, 5.3, 21.0),
    ("text-3", "accent-tint", TEXT, 5.1, 5.0, 12.5),
    ("accent-text", "surface", TEXT, 7.6, 7.3, 14.4),
    ("accent-text", "accent-tint", TEXT, 6.5, 5.9, 8.6),
    ("on-accent", "accent", TEXT, 6.6, 4.7, 14.4),
    ("on-accent", "accent-hover", TEXT, 8.2, 6.0, 15.9),
    ("ok", "surface", TEXT, 7.9, 8.3, 16.8),
    ("ok", "ok-tint", TEXT, 6.9, 6.9, 16.8),
    ("caution", "surface", TEXT, 7.4, 9.2, 16.7),
    ("caution", "caution-tint", TEXT, 6.5, 7.7, 16.7),
    ("warn", "surface", TEXT, 7.8, 8.8, 11.7),
    ("warn", "warn-tint", TEXT, 6.8, 7.6, 11.7),
    ("stop", "surface", TEXT, 9.1, 7.9, 10.3),
    ("stop", "stop-tint", TEXT, 7.7, 7.1, 10.3),
    ("control", "surface", SHAPE, 3.8, 4.7, 21.0),
    ("control", "window", SHAPE, 3.5, 5.2, 21.0),
    ("focus", "surface", SHAPE, 6.6, 7.3, 14.4),
]
PLOTS = [
    ("previous", 4.5, 6.5, 12.6),
    ("after", 3.3, 3.5, 7.5),
]
STANCES = [
    ("LBEO", "line", 5.2, 7.2, 9.1),
    ("RBEO", "line", 3.9, 7.4, 9.3),
    ("LBEC", "line", 3.4, 4.8, 11.3),
    ("RBEC", "line", 3.1, 5.4, 11.0),
    ("LBEO", "axis_v", 3.2, 3.2, 4.6),
    ("RBEO", "axis_v", 3.2, 3.3, 4.6),
    ("LBEC", "axis_v", 3.2, 3.3, 4.8),
    ("RBEC", "axis_v", 3.2, 3.3, 4.7),
]
THEMES = ("light", "dark", "hc")


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def theme(name: str) -> Theme:
    return tokens().themes[name]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground", "needs", "light", "dark", "hc"), TABLE)
def test_text_and_controls_can_be_read(
    name: str, ink: str, ground: str, needs: float, light: float, dark: float, hc: float
) -> None:
    measured = ratio(theme(name).colour[ink], theme(name).colour[ground])
    assert measured >= needs
    assert measured == pytest.approx({"light": light, "dark": dark, "hc": hc}[name], abs=0.06)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "light", "dark", "hc"), PLOTS)
def test_the_greys_of_a_plot_can_be_seen(name: str, ink: str, light: float, dark: float, hc: float) -> None:
    measured = ratio(theme(name).plot[ink], theme(name).plot["ground"])
    assert measured >= SHAPE
    assert measured == pytest.approx({"light": light, "dark": dark, "hc": hc}[name], abs=0.06)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("stance", "part", "light", "dark", "hc"), STANCES)
def test_every_stance_can_be_seen(name: str, stance: str, part: str, light: float, dark: float, hc: float) -> None:
    measured = ratio(theme(name).stances[stance][part], theme(name).plot["ground"])
    assert measured >= SHAPE
    assert measured == pytest.approx({"light": light, "dark": dark, "hc": hc}[name], abs=0.06)


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_has_every_colour(name: str) -> None:
    assert set(theme(name).colour) == set(theme("light").colour)
    assert set(theme(name).plot) == set(theme("light").plot)


@pytest.mark.parametrize("level", ["critical", "high", "moderate", "low"])
def test_a_levels_colours_are_those_of_its_role(level: str) -> None:
    chosen = tokens().levels[level]
    for name in THEMES:
        assert chosen[name]["ink"] == theme(name).colour[chosen["role"]]
        assert chosen[name]["tint"] == theme(name).colour[f"{chosen['role']}-tint"]
