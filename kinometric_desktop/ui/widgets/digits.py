"""Digit cells: one line edit that paints a cell for each digit, so that pasting works."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QRegularExpressionValidator
from PySide6.QtWidgets import QApplication, QLineEdit, QSizePolicy

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named


class DigitCells(QLineEdit):
    """A number of fixed length: six digits of a code, four of a year.

    ``completed`` is emitted with the digits when the last one is in. What is pasted may hold spaces and dashes.

    Parameters
    ----------
    name, accessible_name : str
        objectName and what a screen reader says.
    digits : int
        How many.
    cell : tuple of int
        Width and height of a cell in px of the design.
    group : int
        A dash is drawn after so many digits; 0 for none.
    """

    completed = Signal(str)

    def __init__(
        self, name: str, accessible_name: str, digits: int, *, cell: tuple[int, int] = (32, 32), group: int = 0
    ) -> None:
        super().__init__()
        self._digits, self._cell, self._group = digits, cell, group
        self._wrong = False
        named(self, name, accessible_name, f"{digits} digits")
        self.setProperty("bare", True)
        self.setFrame(False)
        self.setMaxLength(digits)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(f"[0-9]{{0,{digits}}}"), self))
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.textChanged.connect(self._typed)

    def set_wrong(self, wrong: bool) -> None:
        """Draw the cells of a number that was not right."""
        self._wrong = wrong
        self.update()

    def look_changed(self) -> None:
        """Take the size of the present look."""
        self.updateGeometry()

    def _typed(self, text: str) -> None:
        self.setCursorPosition(len(text))
        self.update()
        if text:
            self._wrong = False
        if len(text) == self._digits:
            self.completed.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            pasted = "".join(sign for sign in QApplication.clipboard().text() if sign.isdigit() and sign.isascii())
            if pasted:
                self.setText(pasted[: self._digits])
            return
        super().keyPressEvent(event)

    def _left_of(self, index: int) -> int:
        gap = 8 if self._cell[0] > 24 else 6
        left = index * (self._cell[0] + gap)
        if self._group and index >= self._group:
            left += 24
        return look().px(left)

    def sizeHint(self) -> QSize:
        last = self._left_of(self._digits - 1) + look().px(self._cell[0])
        return QSize(last + 2, look().px(self._cell[1]) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _digit_font(self) -> QFont:
        return look().font("score_large") if self._cell[1] > 40 else look().font("banner_value")

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = look().px(self._cell[0]), look().px(self._cell[1])
        top = (self.height() - height) / 2
        radius = look().px(6)
        text = self.text()
        here = min(len(text), self._digits - 1) if self.hasFocus() else -1
        for index in range(self._digits):
            cell = QRectF(self._left_of(index) + 1, top, width, height)
            focused = index == here
            tone = "focus" if focused else "stop" if self._wrong else "control"
            pen_width = 2 if focused or self._wrong else 1
            painter.setPen(QPen(look().colour(tone if self.isEnabled() else "border-strong"), pen_width))
            painter.setBrush(look().colour("surface" if self.isEnabled() else "sunken"))
            inset = pen_width / 2
            painter.drawRoundedRect(cell.adjusted(inset, inset, -inset, -inset), radius, radius)
            if index < len(text):
                painter.setFont(self._digit_font())
                painter.setPen(look().colour("text"))
                painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), text[index])
            elif focused:
                middle = cell.center().x()
                painter.setPen(QPen(look().colour("text"), 1))
                painter.drawLine(
                    int(middle), int(cell.top() + height * 0.28), int(middle), int(cell.bottom() - height * 0.28)
                )
        if self._group:
            painter.setPen(QPen(look().colour("text-3"), 1))
            middle = (self._left_of(self._group - 1) + width + self._left_of(self._group)) / 2
            painter.drawLine(
                int(middle - look().px(3)), self.height() // 2, int(middle + look().px(3)), self.height() // 2
            )
