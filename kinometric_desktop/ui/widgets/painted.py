"""A small painted mark: one size of the design, which follows the text size."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kinometric_desktop.ui.theme.look import look


class PaintedMark(QWidget):
    """Takes the room that its picture needs, no less; a subclass says how much and paints it."""

    SIZE = (16, 16)
    """Width and height in px of the design."""

    def mark_size(self) -> tuple[int, int]:
        """Width and height in px of the design, where they depend on what is shown."""
        return self.SIZE

    def sizeHint(self) -> QSize:
        width, height = self.mark_size()
        return QSize(look().px(width), look().px(height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
