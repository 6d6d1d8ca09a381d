"""A line of what is settled already: a mark, a label, a value, and Change at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import ElidedText, Text


class _Mark(PaintedMark):
    SIZE = (16, 16)

    def __init__(self, icon: str) -> None:
        super().__init__()
        self.icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        draw_icon(QPainter(self), self.icon, QRectF(0, 0, look().px(16), look().px(16)), "ok")


class DoneLine(Pane):
    """One settled thing of the sign-in, 40 px high with a line below."""

    def __init__(self, name: str, label: str, *, icon: str = "lock") -> None:
        super().__init__(lines=("bottom",))
        fix_size(self, height=40)
        self._mark = _Mark(icon)
        self._value = Text("", "body_strong")
        self._note = ElidedText("", "small", "text-2")
        self.change = Button("Change", f"{name}.change", kind="link")
        self.change.setAccessibleName(f"Change: {label}")
        row = Row(self, spacing=8)
        row.addWidget(self._mark)
        row.addWidget(Text(label, "body", "text-2"))
        row.addWidget(self._value)
        row.addWidget(self._note, 1)
        row.addWidget(self.change)

    def say(self, value: str, note: str, *, icon: str = "") -> None:
        """Show a value and a note after it."""
        self._value.setText(value)
        self._note.setText(note)
        if icon:
            self._mark.icon = icon
            self._mark.update()
