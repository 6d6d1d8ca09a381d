"""What the plot tests share: an application with the product's font, and curves of known shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from kinometric.resources import resource_path
from kinometric_desktop.app.review_curves import EventMark, StanceCurves
from kinometric_desktop.ui.plots.theme import PlotTheme


@pytest.fixture(scope="session")
def _fonts(qapp: QApplication) -> None:
    for weight in ("Regular", "Medium", "SemiBold", "Bold"):
        QFontDatabase.addApplicationFont(str(resource_path(f"fonts/Inter-{weight}.ttf")))


@pytest.fixture
def theme(_fonts: None) -> PlotTheme:
    """The light plot theme."""
    return PlotTheme.from_tokens("light")


@pytest.fixture
def sway() -> Callable[..., StanceCurves]:
    """Make the curves of one stance: slow sines of a given size, with an ellipse, perhaps a loss of balance."""

    def make(
        stance: str = "LBEO", *, size: float = 0.4, down_s: float | None = None, seconds: float = 10.0
    ) -> StanceCurves:
        time = np.arange(round(seconds * 100) + 1) / 100
        first, second = size * np.sin(time * 2.1), size * 0.7 * np.sin(time * 3.3 + 0.4)
        vertical = size * 0.1 * np.sin(time * 5.0)
        angle = np.linspace(0, 2 * np.pi, 73)
        ellipse = np.column_stack((size * 1.2 * np.cos(angle), size * 0.8 * np.sin(angle)))
        event = None if down_s is None else EventMark(down_s, "lean")
        return StanceCurves(
            stance,
            100.0,
            (first, second, vertical),
            (first, second),
            measured_s=(1.0, down_s if down_s is not None else 9.5),
            event=event,
            ellipse_m_s2=ellipse,
            ellipse95_m2_s4=1.3,
            label="02-Nov-2026",
        )

    return make
