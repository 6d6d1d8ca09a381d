"""The colours, dashes and sizes of plots, read from the tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

from PySide6.QtGui import QColor, QFont

from kinometric.resources import resource_path
from kinometric_desktop.ui.theme.look import look

ThemeName = Literal["light", "dark", "hc"]


@dataclass(frozen=True)
class StanceLook:
    """How one stance is drawn: a dark, a middle and a light shade, line style and marker."""

    line: QColor
    lanes: tuple[QColor, QColor, QColor]
    dash: tuple[float, ...]
    ellipse_dash: tuple[float, ...]
    marker: str
    marker_filled: bool
    marker_size: float


@dataclass(frozen=True)
class LevelLook:
    """One level's word, symbol and colour."""

    key: str
    word: str
    ink: QColor


@dataclass(frozen=True)
class PlotTheme:
    """Everything that a plot takes from the theme."""

    name: ThemeName
    ground: QColor
    grid: QColor
    zero: QColor
    shade: QColor
    after: QColor
    previous: QColor
    frame: QColor
    text: QColor
    text_2: QColor
    text_3: QColor
    surface: QColor
    accent: QColor
    focus: QColor
    stances: Mapping[str, StanceLook]
    levels: tuple[LevelLook, ...]
    text_scale: float = 1.0
    family: tuple[str, ...] = ("Inter",)
    axis_px: float = 11.0
    trace_px: float = 1.0
    trace_large_px: float = 1.25
    ellipse_px: float = 1.75
    ellipse_large_px: float = 2.0
    event_px: float = 1.5
    trend_px: float = 2.0

    @classmethod
    def from_tokens(
        cls, name: ThemeName = "light", *, text_scale: float = 1.0, tokens: Mapping[str, Any] | None = None
    ) -> PlotTheme:
        """Build the plot theme of an appearance.

        Parameters
        ----------
        name : {"light", "dark", "hc"}
        text_scale : float
            1.0 to 2.0, the setting of the text size.
        tokens : mapping, optional
            The tokens; without them the file in resources is read.
        """
        if tokens is None:
            tokens = json.loads(resource_path("theme/tokens.json").read_text(encoding="utf-8"))
        theme = tokens["themes"][name]
        colour = {key: QColor(value) for key, value in theme["colour"].items()}
        plot = theme["plot"]
        levels = tuple(
            LevelLook(key, level["word"], QColor(level[name]["ink"])) for key, level in tokens["levels"].items()
        )
        stroke = tokens["stroke"]
        return cls(
            name=name,
            ground=QColor(plot["ground"]),
            grid=QColor(plot["grid"]),
            zero=QColor(plot["zero"]),
            shade=QColor(plot["shade"]),
            after=QColor(plot["after"]),
            previous=QColor(plot["previous"]),
            frame=colour["border-strong"],
            text=colour["text"],
            text_2=colour["text-2"],
            text_3=colour["text-3"],
            surface=colour["surface"],
            accent=colour["accent"],
            focus=colour["focus"],
            stances={code: _stance_look(plot["stances"][code], tokens["stances"][code]) for code in tokens["stances"]},
            levels=levels,
            text_scale=text_scale,
            family=tuple(tokens["font"]["family"]),
            axis_px=float(tokens["font"]["roles"]["axis"]["size"]),
            trace_px=float(stroke["trace"]),
            trace_large_px=float(stroke["trace_enlarged"]),
            ellipse_px=float(stroke["ellipse"]),
            ellipse_large_px=float(stroke["ellipse_enlarged"]),
            event_px=float(stroke["event"]),
            trend_px=float(stroke["trend"]),
        )

    def font(self, weight: int = 400, px: float | None = None) -> QFont:
        """The font of axes, with figures of equal width."""
        font = QFont()
        font.setFamilies(list(self.family))
        font.setPixelSize(max(1, round((px or self.axis_px) * self.text_scale)))
        font.setWeight(QFont.Weight(weight))
        for feature in ("tnum", "cv05"):
            font.setFeature(QFont.Tag(feature), 1)
        return font


def present_theme() -> PlotTheme:
    """The plot theme of the application's present look."""
    return _made(cast("ThemeName", look().theme.name), look().percent)


@lru_cache(maxsize=16)
def _made(name: ThemeName, percent: int) -> PlotTheme:
    return PlotTheme.from_tokens(name, text_scale=percent / 100)


def _stance_look(colours: Mapping[str, str], style: Mapping[str, Any]) -> StanceLook:
    return StanceLook(
        line=QColor(colours["line"]),
        lanes=(QColor(colours["axis_ap"]), QColor(colours["axis_ml"]), QColor(colours["axis_v"])),
        dash=tuple(style["dash"] or ()),
        ellipse_dash=tuple(style["ellipse_dash"] or ()),
        marker=style["marker"],
        marker_filled=bool(style["marker_filled"]),
        marker_size=float(style["marker_size"]),
    )
