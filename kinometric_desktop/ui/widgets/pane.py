"""Regions that touch and are parted by lines, and panes that become a segmented control where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.segmented import Segmented

REFLOW_BELOW = 1100


class Pane(QWidget):
    """A region with a ground of the tokens and 1 px lines at the sides named in ``lines`` ("left", "bottom", ...)."""

    def __init__(self, ground: str = "surface", *, lines: Sequence[str] = (), line_tone: str = "border") -> None:
        super().__init__()
        self._ground = ground
        self._lines = tuple(lines)
        self._line_tone = line_tone
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_ground(self, ground: str) -> None:
        """Change the ground."""
        self._ground = ground
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().colour(self._ground))
        colour = look().colour(self._line_tone)
        width, height = self.width(), self.height()
        places = {
            "left": (0, 0, 1, height),
            "right": (width - 1, 0, 1, height),
            "top": (0, 0, width, 1),
            "bottom": (0, height - 1, width, 1),
        }
        for side in self._lines:
            painter.fillRect(*places[side], colour)


class Line(QWidget):
    """A 1 px line between two things."""

    def __init__(self, *, upright: bool = False, tone: str = "border") -> None:
        super().__init__()
        self._tone = tone
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), look().colour(self._tone))


@dataclass(frozen=True)
class PanePlace:
    """One pane of a :class:`PaneLayout`: its word in the segmented control, and its width (0 takes the rest)."""

    pane_id: str
    word: str
    widget: QWidget
    width: int = 0
    count: str = ""


class PaneLayout(QWidget):
    """Panes side by side, or one at a time with a segmented control above where the window is narrow.

    The control can be taken out by :attr:`switch` and shown in the stepper's line. ``current_changed`` tells which
    pane a narrow window shows.
    """

    current_changed = Signal(str)
    narrow_changed = Signal(bool)

    def __init__(self, name: str, places: Sequence[PanePlace], *, first: str = "") -> None:
        super().__init__()
        self._places = tuple(places)
        self._current = first or self._places[0].pane_id
        self._narrow = False
        self.switch = Segmented(
            f"{name}.panes", [(place.pane_id, place.word) for place in self._places], "Part of the screen"
        )
        self.switch.choose(self._current)
        self.switch.chosen.connect(self.show_pane)
        self._bar = Pane(lines=("bottom",))
        bar = Row(self._bar, margins=(16, 4, 16, 4))
        bar.addWidget(self.switch)
        bar.addStretch(1)
        fix_size(self._bar, height=40)
        self._bar.hide()
        outer = Column(self)
        outer.addWidget(self._bar)
        self._row = Row()
        outer.addLayout(self._row, 1)
        for place in self._places:
            self._row.addWidget(place.widget, 0 if place.width else 1)
        look().changed.connect(self._arrange)
        self._arrange()

    @property
    def narrow(self) -> bool:
        """True while one pane is shown at a time."""
        return self._narrow

    @property
    def current(self) -> str:
        """The pane that a narrow window shows."""
        return self._current

    def show_pane(self, pane_id: str) -> None:
        """Bring a pane to the front of a narrow window."""
        changed = pane_id != self._current
        self._current = pane_id
        self.switch.choose(pane_id)
        self._arrange()
        if changed:
            self.current_changed.emit(pane_id)

    def set_count(self, pane_id: str, count: str) -> None:
        """Show a count after a pane's word in the segmented control."""
        self.switch.set_count(pane_id, count)

    def set_pane_visible(self, pane_id: str, visible: bool) -> None:
        """Hide a pane altogether, or bring it back."""
        for place in self._places:
            if place.pane_id == pane_id:
                place.widget.setProperty("pane_hidden", not visible)
        self._arrange()

    def switch_moved_out(self) -> None:
        """The control stands in the stepper's line now."""
        self._arrange()

    def take_switch_back(self) -> None:
        """Take the control back above the panes."""
        layout = self._bar.layout()
        if isinstance(layout, Row):
            layout.insertWidget(0, self.switch)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        window = self.window()
        width = window.width() if window is not self or self.isWindow() else self.width()
        narrow = look().effective_width(width) < REFLOW_BELOW
        if narrow != self._narrow:
            self._narrow = narrow
            self.narrow_changed.emit(narrow)
        self._bar.setVisible(narrow and self.switch.parentWidget() is self._bar)
        for place in self._places:
            hidden = bool(place.widget.property("pane_hidden"))
            shown = place.pane_id == self._current if narrow else not hidden
            if place.width and not narrow:
                place.widget.setMinimumWidth(look().px(place.width))
                place.widget.setMaximumWidth(look().px(place.width))
            elif place.width or narrow:
                place.widget.setMinimumWidth(0)
                place.widget.setMaximumWidth(16777215)
            place.widget.setVisible(shown)
