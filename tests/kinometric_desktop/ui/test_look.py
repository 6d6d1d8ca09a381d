"""Theme, text size, icons, and layouts that follow them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kinometric.resources import resource_path
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.theme.icons import draw_icon, draw_level_symbol, icon, icon_pixmap, level_symbol
from kinometric_desktop.ui.theme.spacing import Column, Gap, Grid, Row, fix_size, max_size, min_size, rescale
from kinometric_desktop.ui.theme.stylesheet import stylesheet

ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Everything here needs an application."""


def test_the_ui_font_is_our_own_with_tabular_figures() -> None:
    assert "Inter" in QFontDatabase.families()
    font = look().font("body")
    assert font.family() == "Inter"
    assert {tag.toString() for tag in font.featureTags()} >= {b"tnum", b"cv05"} or len(font.featureTags()) == 2


@pytest.mark.parametrize(("appearance", "name"), [("light", "light"), ("dark", "dark"), ("high-contrast", "hc")])
def test_the_palette_follows_the_theme(appearance: str, name: str) -> None:
    look().set(appearance=appearance)  # type: ignore[arg-type]
    assert look().theme.name == name
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Window) == look().colour("surface")
    assert palette.color(QPalette.ColorRole.WindowText) == look().colour("text")
    assert look().dark == (name != "light")
    assert look().high_contrast == (name == "hc")


def test_a_change_is_told() -> None:
    heard: list[int] = []
    look().changed.connect(lambda: heard.append(look().percent))
    look().set(percent=150)
    look().changed.disconnect()
    assert heard == [150]


@pytest.mark.parametrize(("wanted", "given"), [(50, 100), (100, 100), (175, 175), (400, 200)])
def test_the_text_size_stays_between_100_and_200(wanted: int, given: int) -> None:
    look().set(percent=wanted)
    assert look().percent == given


def test_sizes_and_fonts_grow_with_the_text_size() -> None:
    look().set(percent=200)
    assert look().px(16) == 32
    assert look().font("body").pixelSize() == 26
    assert look().line_height("body") == 40
    assert look().effective_width(1366) == 683


def test_a_colour_with_alpha_is_read() -> None:
    assert look().colour("scrim") == QColor(20, 24, 29, round(0.48 * 255))


def test_layouts_and_fixed_sizes_follow_the_text_size() -> None:
    root = QWidget()
    row = Row(root, margins=(16, 8, 4, 2), spacing=12)
    inner = QWidget()
    column = Column(inner, spacing=4)
    grid = Grid(gaps=(8, 6))
    column.addLayout(grid)
    fix_size(inner, width=80, height=40)
    label = QLabel()
    min_size(label, width=20, height=10)
    max_size(label, width=60)
    row.addWidget(inner)
    row.addWidget(label)
    row.addWidget(Gap(8))
    look().set(percent=200)
    rescale(root)
    margins = row.contentsMargins()
    assert (margins.left(), margins.top(), margins.right(), margins.bottom()) == (32, 16, 8, 4)
    assert row.spacing() == 24
    assert column.spacing() == 8
    assert (grid.horizontalSpacing(), grid.verticalSpacing()) == (16, 12)
    assert inner.size().expandedTo(inner.minimumSize()) == QSize(160, 80)
    assert (label.minimumWidth(), label.minimumHeight(), label.maximumWidth()) == (40, 20, 120)
    root.deleteLater()


def test_the_style_sheet_has_no_hole() -> None:
    for appearance in ("light", "dark", "high-contrast"):
        look().set(appearance=appearance)  # type: ignore[arg-type]
        assert not re.search(r"\{[a-z_0-9]+\}", stylesheet(look()))


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_in_the_colour_of_the_text(name: str) -> None:
    image = icon_pixmap(name, QColor("#FF0000"), 16, 2.0).toImage()
    seen = {image.pixelColor(x, y).name() for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 250}
    assert seen
    if name != "mark":
        assert "#ff0000" in seen


def test_icons_have_one_stroke_and_one_box() -> None:
    for path in sorted(resource_path("icons").glob("*.svg")):
        if path.stem == "mark":
            continue
        text = path.read_text(encoding="utf-8")
        assert 'viewBox="0 0 16 16"' in text, path.name
        assert 'stroke-width="1.5"' in text, path.name
        assert 'stroke="currentColor"' in text, path.name


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icon_pixmap("no-such-icon", "text")


def test_icons_for_menus_come_in_two_resolutions() -> None:
    assert not icon("search").isNull()


@pytest.mark.parametrize(
    ("level", "filled"), [("critical", True), ("high", True), ("moderate", True), ("low", False), ("none", False)]
)
def test_level_symbols_are_paths_of_one_size(level: str, filled: bool) -> None:
    rect = QRectF(0, 0, 10, 10)
    path, is_filled = level_symbol(level, rect)
    assert is_filled is filled
    box = path.boundingRect()
    assert box.width() >= 8
    assert box.height() >= 8
    assert rect.adjusted(-0.1, -0.1, 0.1, 0.1).contains(box)


def test_level_symbols_can_be_told_apart_without_colour() -> None:
    pictures = set()
    for level in ("critical", "high", "moderate", "low", "none"):
        image = QImage(20, 20, QImage.Format.Format_Grayscale8)
        image.fill(255)
        painter = QPainter(image)
        draw_level_symbol(painter, level, QRectF(0, 0, 20, 20), QColor("black"))
        painter.end()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 5


def test_icons_are_drawn_where_they_are_asked_for() -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_icon(painter, "check", QRectF(20, 20, 16, 16), "ok")
    painter.end()
    assert image.copy(0, 0, 19, 19) == QImage(19, 19, QImage.Format.Format_ARGB32).copy() or not any(
        image.pixelColor(x, y).alpha() for x in range(19) for y in range(19)
    )
    assert any(image.pixelColor(x, y).alpha() for x in range(20, 36) for y in range(20, 36))


def test_pyside_takes_no_reference_off_none() -> None:
    """A binding that drops references to None kills the process after a few thousand calls."""
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(200):
        label.setObjectName("canary")
    assert sys.getrefcount(None) - before > -50
    label.deleteLater()


def test_only_the_theme_knows_colours(repository: Path) -> None:
    """Hex colours live in the tokens; the first window is painted before they are read."""
    allowed = {"first_window.py"}
    for path in sorted((repository / "kinometric_desktop" / "ui").rglob("*.py")):
        if path.name not in allowed:
            assert not re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8")), path


def test_a_shown_widget_is_painted_in_every_theme(shown: Callable[[QWidget], QWidget]) -> None:
    widget = shown(QWidget())
    grounds = set()
    for appearance in ("light", "dark", "high-contrast"):
        look().set(appearance=appearance)  # type: ignore[arg-type]
        grounds.add(widget.grab().toImage().pixelColor(1, 1).name())
    assert len(grounds) == 3
