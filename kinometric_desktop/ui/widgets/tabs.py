"""Tabs with counts and a line below the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named


@dataclass(frozen=True)
class Tab:
    """One tab: its id, its word and its count ("" for none)."""

    tab_id: str
    word: str
    count: str = ""


class TabBar(QWidget):
    """Tabs of 48 px, moved with Left and Right; where there is no room the tabs after the shown one are cut off."""

    chosen = Signal(str)

    def __init__(self, name: str, accessible_name: str, tabs: Sequence[Tab]) -> None:
        super().__init__()
        self._tabs = tuple(tabs)
        self._current = self._tabs[0].tab_id if self._tabs else ""
        self._label = accessible_name
        named(self, name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def current(self) -> str:
        """The chosen tab's id."""
        return self._current

    def set_tabs(self, tabs: Sequence[Tab], current: str) -> None:
        """Show tabs with new counts, one of them chosen; tells nobody."""
        if tuple(tabs) != self._tabs or current != self._current:
            self._tabs, self._current = tuple(tabs), current
            self._tell()
            self.updateGeometry()
            self.update()

    def _tell(self) -> None:
        shown = next((tab for tab in self._tabs if tab.tab_id == self._current), None)
        words = f"{shown.word} {shown.count}".strip() if shown else ""
        self.setAccessibleName(f"{self._label}: {words}")

    def _gap(self) -> int:
        return look().px(24)

    def _places(self) -> list[tuple[Tab, QRectF]]:
        places = []
        left = 4.0
        for tab in self._tabs:
            metrics = QFontMetrics(look().font("body", weight=600 if tab.tab_id == self._current else 400))
            width = metrics.horizontalAdvance(tab.word)
            if tab.count:
                width += look().px(6) + QFontMetrics(look().font("body")).horizontalAdvance(tab.count)
            places.append((tab, QRectF(left, 0, width + look().px(8), self.height())))
            left += width + self._gap()
        first_left = self._shift(places)
        return [(tab, rect.translated(-first_left, 0)) for tab, rect in places] if first_left else places

    def _shift(self, places: list[tuple[Tab, QRectF]]) -> float:
        here = next((rect for tab, rect in places if tab.tab_id == self._current), None)
        if here is None or here.right() <= self.width():
            return 0.0
        return here.right() - self.width()

    def sizeHint(self) -> QSize:
        metrics, counts = QFontMetrics(look().font("body", weight=600)), QFontMetrics(look().font("body"))
        width = 4
        for tab in self._tabs:
            width += metrics.horizontalAdvance(tab.word) + self._gap()
            if tab.count:
                width += look().px(6) + counts.horizontalAdvance(tab.count)
        return QSize(width, look().px(48))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(40))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        ids = [tab.tab_id for tab in self._tabs]
        place = ids.index(self._current) + step if self._current in ids else 0
        if 0 <= place < len(ids):
            self._choose(ids[place])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for tab, rect in self._places():
            if rect.contains(event.position()):
                self._choose(tab.tab_id)
                return

    def _choose(self, tab_id: str) -> None:
        if tab_id != self._current:
            self._current = tab_id
            self._tell()
            self.update()
            self.chosen.emit(tab_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        for tab, rect in self._places():
            here = tab.tab_id == self._current
            font = look().font("body", weight=600 if here else 400)
            painter.setFont(font)
            painter.setPen(look().colour("accent-text" if here else "text-2"))
            words = rect.adjusted(look().px(4), 0, look().px(60), 0)
            painter.drawText(words, middle, tab.word)
            if tab.count:
                painter.setFont(look().font("body"))
                painter.setPen(look().colour("accent-text" if here else "text-3"))
                left = QFontMetrics(font).horizontalAdvance(tab.word) + look().px(6)
                painter.drawText(words.adjusted(left, 0, 0, 0), middle, tab.count)
            if here:
                height = 2
                painter.fillRect(
                    QRectF(rect.left(), self.height() - look().px(4) - height, rect.width(), height),
                    look().colour("accent"),
                )
            if here and self.hasFocus():
                painter.setPen(QPen(look().colour("focus"), 2))
                inset = look().px(10)
                painter.drawRoundedRect(rect.adjusted(1, inset, -1, -inset), 4, 4)
