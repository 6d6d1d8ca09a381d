"""A message with its code and one button at most, and what stands where a list is empty or still loading."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.app.problems import Problem
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.text import Text

_MARKS = {"info": "info", "ok": "check", "caution": "clock", "warn": "warning", "stop": "barred"}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Message(QWidget):
    """What happened, what it means, what to do.

    ``tone`` is "info", "ok", "caution", "warn" or "stop". Hidden until :meth:`say`.
    """

    pressed = Signal()

    def __init__(self, name: str, *, button: str = "", key: str = "", square: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self._tone = "info"
        self._icon = ""
        self._square = square
        self._plain = ""
        self._text = Text("", wrap=True, rich=True)
        self._button = Button(button or "Close", f"{name}.button", key=key)
        self._button.clicked.connect(self.pressed)
        row = Row(self, margins=(44 - 6, 8, 12, 8), spacing=12)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self._button.setVisible(bool(button))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    @property
    def button(self) -> Button:
        """The one button."""
        return self._button

    def text(self) -> str:
        """What is said now, with its code."""
        return self._plain

    def say(self, sentence: str, *, tone: str = "info", code: str = "", strong: str = "", icon: str = "") -> None:
        """Show a sentence; ``strong`` is set in semibold before it; "" hides the message."""
        self._tone, self._icon = tone, icon
        self._plain = " ".join(part for part in (strong, sentence, f"[{code}]" if code else "") if part)
        parts = []
        if strong:
            parts.append(f'<span style="font-weight:600">{_escaped(strong)}</span>')
        if sentence:
            parts.append(_escaped(sentence))
        if code:
            parts.append(f'<span style="font-size:@small; color:@text-2">[{_escaped(code)}]</span>')
        self._text.setText(" ".join(parts))
        self._text.setAccessibleName(self._plain)
        self.setAccessibleName(self._plain)
        self.setVisible(bool(self._plain))
        self.update()

    def say_problem(self, problem: Problem | None) -> None:
        """Show a problem, or hide the message."""
        if problem is None:
            self.say("")
        else:
            self.say(problem.sentence, tone=problem.severity, code=problem.code)

    def set_button(self, text: str, key: str = "") -> None:
        """Change the button; "" takes it away."""
        if text:
            self._button.set_text(text)
            self._button.set_key(key)
        self._button.setVisible(bool(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hued = self._tone in ("ok", "caution", "warn", "stop")
        painter.setBrush(look().colour(f"{self._tone}-tint" if hued else "accent-tint"))
        frame = QPen(look().colour(self._tone if hued else "accent"), 1) if look().high_contrast else Qt.PenStyle.NoPen
        painter.setPen(frame)
        radius = 0 if self._square else look().px(6)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = look().px(16)
        words = self._text.geometry()
        tall = min(words.height(), self._text.heightForWidth(words.width()))
        top = words.center().y() - tall / 2 + (self._text.fontMetrics().height() - side) / 2
        ink = self._tone if hued else "accent-text"
        draw_icon(painter, self._icon or _MARKS.get(self._tone, "info"), QRectF(look().px(12), top, side, side), ink)


class EmptyState(QWidget):
    """Why a list is empty, and at most three things to do about it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setObjectName(name)
        self._symbol = _Symbol()
        self._title = Text("", "body_strong")
        self._note = Text("", "body", "text-2", wrap=True)
        for label in (self._title, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.buttons = Row(spacing=8)
        column = Column(self, margins=(24, 24, 24, 24), spacing=8)
        column.addStretch(2)
        column.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        column.addWidget(self._note)
        self._buttons_row = Row()
        self._buttons_row.addStretch(1)
        self._buttons_row.addLayout(self.buttons)
        self._buttons_row.addStretch(1)
        column.addLayout(self._buttons_row)
        column.addStretch(3)

    def add_button(self, button: Button) -> None:
        """Add something to do."""
        self.buttons.addWidget(button)

    def say(self, icon: str, title: str, note: str) -> None:
        """Change what is said."""
        self._symbol.icon = icon
        self._title.setText(title)
        self._note.setText(note)
        self.setAccessibleName(f"{title}. {note}")
        self._symbol.update()

    def text(self) -> str:
        """What is said now."""
        return f"{self._title.text()} {self._note.text()}"


class _Symbol(PaintedMark):
    SIZE = (20, 20)

    icon = "worklist"

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        draw_icon(QPainter(self), self.icon, QRectF(0, 0, look().px(20), look().px(20)), "text-2")


class LoadingRows(QWidget):
    """Skeleton rows without shimmer, with words that say what is being read."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._words = words
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().colour("surface"))
        row, side, left = look().px(36), look().px(16), look().px(16)
        draw_icon(painter, "turn", QRectF(left, (row - side) / 2, side, side), "text-2")
        painter.setFont(look().font("label", weight=400))
        painter.setPen(look().colour("text-2"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(left + side + look().px(8), 0, self.width(), row, middle, self._words)
        bar, widths = look().px(8), (0.34, 0.26, 0.38, 0.3)
        block = look().colour("sunken") if not look().high_contrast else look().colour("hover")
        for index in range(max(0, self.height() // row - 1)):
            top = row * (index + 1)
            painter.fillRect(left, top + row - 1, self.width() - 2 * left, 1, look().colour("border"))
            if index > 7:
                continue
            middle_y = top + (row - bar) // 2
            painter.fillRect(left, middle_y, look().px(40), bar, block)
            painter.fillRect(left + look().px(56), middle_y, int(self.width() * widths[index % 4]), bar, block)
            painter.fillRect(self.width() - left - look().px(64), middle_y, look().px(64), bar, block)
