"""The warning that another candidate is close to the one that is compared; it never scrolls away."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric.matching import Span
from kinometric_desktop.app.match_state import NearMatch
from kinometric_desktop.ui.match.marked_text import draw_marked
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Gap, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.text import typeset


class NearStrip(QWidget):
    """Name, birth date and sex of the other candidate, what to do, and a button that compares it."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._near: NearMatch | None = None
        self._narrow = False
        named(self, "match.near")
        self.button = Button("Compare", "match.near.compare", key="F6")
        self.button.setAccessibleName("Compare the other candidate")
        self.button.clicked.connect(self.pressed)
        row = Row(self, margins=(0, 0, 28, 0))
        row.addStretch(1)
        column = Column()
        self._gap = Gap(8)
        column.addWidget(self._gap)
        column.addStretch(1)
        column.addWidget(self.button)
        column.addStretch(1)
        row.addLayout(column)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_near(self, near: NearMatch | None, *, narrow: bool) -> None:
        """Show a candidate, or nothing."""
        self._near, self._narrow = near, narrow
        self.setVisible(near is not None)
        self._gap.setVisible(not narrow)
        if near is not None:
            name = ", ".join(part for part in (near.lastname, near.firstname) if part)
            self.setAccessibleName(
                f"{self._head(near, short=False)}{name}, born {near.born}, {near.sex}. {near.sentence}"
            )
            self.setToolTip(near.sentence if narrow else "")
        self.updateGeometry()
        self.update()

    def _head(self, near: NearMatch, *, short: bool) -> str:
        if near.more:
            return f"{near.more + 1} also close: " if short else f"{near.more + 1} candidates are close, first: "
        return "Also close: " if short else "Another candidate is close: "

    def sizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(40 if self._narrow else 64))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        near = self._near
        if near is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().colour("warn-tint"))
        plate = QRectF(self.rect()).adjusted(0, 0 if self._narrow else look().px(8), 0, 0)
        if not self._narrow:
            plate.adjust(look().px(16), 0, -look().px(16), 0)
        radius = 0 if self._narrow else look().px(6)
        painter.drawRoundedRect(plate, radius, radius)
        line, side = look().px(20), look().px(16)
        top = plate.center().y() - (line if self._narrow else 2 * line) / 2
        left = round(plate.left()) + look().px(38)
        mark = QRectF(plate.left() + look().px(12), round(top + (line - side) / 2), side, side)
        draw_icon(painter, "warning", mark, "warn")
        right = self.button.x() - look().px(12)
        self._paint_facts(painter, near, QRectF(left, top, right - left, line))
        if not self._narrow:
            room = QRectF(left, top + line, right - left, line)
            draw_marked(painter, room, near.sentence, tone="text-2")

    def _paint_facts(self, painter: QPainter, near: NearMatch, room: QRectF) -> None:
        given = (near.firstname, near.firstname_spans, "body_strong") if near.firstname else ("", (), "body")
        pieces: list[tuple[str, tuple[Span, ...], str]] = [
            (f"{near.lastname}, " if near.firstname else near.lastname, (), "body"),
            given,
            (", born ", (), "body"),
            (near.born, near.born_spans, "body_strong"),
            (f", {near.sex}", (), "body"),
        ]
        head = self._head(near, short=self._narrow)
        taken = sum(_width(text, role) for text, _, role in pieces)
        if taken + _width(head, "body_strong") > room.width():
            head = self._head(near, short=True)
        for text, spans, role in ((head, (), "body_strong"), *pieces):
            if not text or room.width() < 2:
                continue
            draw_marked(painter, room, text, spans, role=role)
            room = room.adjusted(_width(text, role), 0, 0, 0)


def _width(text: str, role: str) -> float:
    return QFontMetricsF(look().font(role)).horizontalAdvance(typeset(text))
