"""Layouts and fixed sizes in px of the design, which follow the text size."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from kinometric_desktop.ui.theme.look import look

Margins = tuple[int, int, int, int]


class Row(QHBoxLayout):
    """A horizontal layout; margins are left, top, right, bottom in px of the design."""

    def __init__(self, parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), spacing: int = 0) -> None:
        super().__init__()
        self._measures = (margins, spacing)
        _attach(self, parent)
        self.rescale()

    def rescale(self) -> None:
        """Set margins and spacing for the present text size."""
        _measure(self, *self._measures)


class Column(QVBoxLayout):
    """A vertical layout; margins are left, top, right, bottom in px of the design."""

    def __init__(self, parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), spacing: int = 0) -> None:
        super().__init__()
        self._measures = (margins, spacing)
        _attach(self, parent)
        self.rescale()

    def set_margins(self, margins: Margins) -> None:
        """Take other margins, in px of the design."""
        self._measures = (margins, self._measures[1])
        self.rescale()

    def rescale(self) -> None:
        """Set margins and spacing for the present text size."""
        _measure(self, *self._measures)


class Grid(QGridLayout):
    """A grid; margins are left, top, right, bottom and gaps horizontal, vertical in px of the design."""

    def __init__(
        self, parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), gaps: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__()
        self._measures = (margins, gaps)
        _attach(self, parent)
        self.rescale()

    def rescale(self) -> None:
        """Set margins and gaps for the present text size."""
        margins, gaps = self._measures
        self.setContentsMargins(*(look().px(side) for side in margins))
        self.setHorizontalSpacing(look().px(gaps[0]))
        self.setVerticalSpacing(look().px(gaps[1]))


class Gap(QWidget):
    """A fixed gap between two things of a layout."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        fix_size(self, width=size, height=size)


def _attach(layout: QLayout, parent: QWidget | None) -> None:
    if parent is not None:
        parent.setLayout(layout)


def _measure(layout: QBoxLayout, margins: Margins, spacing: int) -> None:
    layout.setContentsMargins(*(look().px(side) for side in margins))
    layout.setSpacing(look().px(spacing))


def fix_size(widget: QWidget, *, width: int | None = None, height: int | None = None) -> None:
    """Fix a widget's width, height or both, in px of the design."""
    if width is not None:
        widget.setProperty("fixed_width", width)
        widget.setFixedWidth(look().px(width))
    if height is not None:
        widget.setProperty("fixed_height", height)
        widget.setFixedHeight(look().px(height))


def min_size(widget: QWidget, *, width: int | None = None, height: int | None = None) -> None:
    """Set a widget's least width, height or both, in px of the design."""
    if width is not None:
        widget.setProperty("least_width", width)
        widget.setMinimumWidth(look().px(width))
    if height is not None:
        widget.setProperty("least_height", height)
        widget.setMinimumHeight(look().px(height))


def max_size(widget: QWidget, *, width: int | None = None) -> None:
    """Set a widget's greatest width in px of the design."""
    if width is not None:
        widget.setProperty("greatest_width", width)
        widget.setMaximumWidth(look().px(width))


_SETTERS = {
    "fixed_width": QWidget.setFixedWidth,
    "fixed_height": QWidget.setFixedHeight,
    "least_width": QWidget.setMinimumWidth,
    "least_height": QWidget.setMinimumHeight,
    "greatest_width": QWidget.setMaximumWidth,
}


def rescale(root: QWidget) -> None:
    """Set layouts, fixed sizes and fonts below ``root`` for the present look.

    A widget with a method ``look_changed`` is told as well.
    """
    for widget in (root, *root.findChildren(QWidget)):
        for name, setter in _SETTERS.items():
            size = widget.property(name)
            if size is not None:
                setter(widget, look().px(size))
        told = getattr(widget, "look_changed", None)
        if told is not None:
            told()
    for layout in root.findChildren(QLayout):
        if isinstance(layout, Row | Column | Grid):
            layout.rescale()
