"""Reads resources/theme/tokens.json: every colour, size and symbol of the design system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kinometric.resources import resource_path


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, as ``#RRGGBB`` or ``rgba(r,g,b,a)``.

    ``colour`` holds the interface, ``plot`` the plots, ``stances`` per stance ``line``, ``axis_ap``, ``axis_ml`` and
    ``axis_v``.
    """

    name: str
    colour: Mapping[str, str]
    plot: Mapping[str, str]
    stances: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class FontRole:
    """Size and line in device-independent px at 100 %, weight in CSS numbers."""

    size: int
    line: int
    weight: int


@dataclass(frozen=True)
class Tokens:
    """The whole design system as values."""

    themes: Mapping[str, Theme]
    fonts: Mapping[str, FontRole]
    families: tuple[str, ...]
    font_features: Mapping[str, int]
    stances: Mapping[str, Mapping[str, Any]]
    levels: Mapping[str, Mapping[str, Any]]
    verdicts: Mapping[str, Mapping[str, str]]
    upload_states: Mapping[str, Mapping[str, str]]
    trial_states: Mapping[str, Mapping[str, str]]
    plot_scale: Mapping[str, Any]
    stroke: Mapping[str, float]
    motion_ms: Mapping[str, int]


@cache
def tokens() -> Tokens:
    """The tokens, read once."""
    raw = json.loads(resource_path("theme/tokens.json").read_text(encoding="utf-8"))
    themes = {}
    for name, theme in raw["themes"].items():
        plot = {key: value for key, value in theme["plot"].items() if key != "stances"}
        themes[name] = Theme(name, theme["colour"], plot, theme["plot"]["stances"])
    return Tokens(
        themes=themes,
        fonts={name: FontRole(**role) for name, role in raw["font"]["roles"].items()},
        families=tuple(raw["font"]["family"]),
        font_features=raw["font"]["features"],
        stances=raw["stances"],
        levels=raw["levels"],
        verdicts=raw["verdicts"],
        upload_states=raw["upload_states"],
        trial_states=raw["trial_states"],
        plot_scale=raw["plot_scale"],
        stroke=raw["stroke"],
        motion_ms=raw["motion_ms"],
    )
