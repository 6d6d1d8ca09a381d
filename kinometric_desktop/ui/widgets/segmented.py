"""A segmented control: exclusive buttons that touch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named


class Segmented(QWidget):
    """One choice among a few, moved with Left and Right.

    Parameters
    ----------
    name : str
        objectName.
    choices : sequence of (id, words)
        In the order shown.
    accessible_name : str
        What is being chosen.
    small : bool
        26 px high instead of 32.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, choices: Sequence[tuple[str, str]], accessible_name: str, *, small: bool = False
    ) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self._counts: dict[str, str] = {}
        self._current = self._choices[0][0] if self._choices else ""
        self._small = small
        self._label = accessible_name
        named(self, name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def current(self) -> str:
        """The chosen id."""
        return self._current

    def choose(self, choice: str) -> None:
        """Set the choice without telling."""
        if choice != self._current:
            self._current = choice
            self._tell()
            self.update()

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Change what can be chosen."""
        self._choices = tuple(choices)
        self._tell()
        self.updateGeometry()
        self.update()

    def set_count(self, choice: str, count: str) -> None:
        """Show a count after the words of a choice."""
        if self._counts.get(choice, "") != count:
            self._counts[choice] = count
            self.updateGeometry()
            self.update()

    def _tell(self) -> None:
        words = dict(self._choices).get(self._current, "")
        self.setAccessibleName(f"{self._label}: {words}")

    def _words(self, choice: str, text: str) -> str:
        count = self._counts.get(choice, "")
        return f"{text} {count}" if count else text

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(look().font("body", weight=600))
        padding = look().px(24 if not self._small else 18)
        return [metrics.horizontalAdvance(self._words(*choice)) + padding for choice in self._choices]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 2, look().px(26 if self._small else 32))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        ids = [choice for choice, _ in self._choices]
        place = ids.index(self._current) + step
        if 0 <= place < len(ids):
            self._choose_and_tell(ids[place])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = 0.0
        for (choice, _), width in zip(self._choices, self._widths(), strict=True):
            if left <= event.position().x() < left + width:
                self._choose_and_tell(choice)
                return
            left += width

    def _choose_and_tell(self, choice: str) -> None:
        if self.isEnabled() and choice != self._current:
            self.choose(choice)
            self.chosen.emit(choice)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look().px(6)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, radius, radius)
        painter.fillPath(outline, look().colour("surface"))
        left = 1.0
        focus_at: QRectF | None = None
        for index, ((choice, text), width) in enumerate(zip(self._choices, self._widths(), strict=True)):
            segment = QRectF(left, 0, width, self.height())
            on = choice == self._current
            if on:
                painter.save()
                painter.setClipPath(outline)
                painter.fillRect(segment, look().colour("accent-tint"))
                painter.restore()
                focus_at = segment
            if index:
                painter.fillRect(QRectF(left, 1, 1, self.height() - 2), look().colour("control"))
            painter.setFont(look().font("body", weight=600 if on else 500))
            tone = "disabled" if not self.isEnabled() else "accent-text" if on else "text"
            painter.setPen(look().colour(tone))
            painter.drawText(segment, int(Qt.AlignmentFlag.AlignCenter), self._words(choice, text))
            left += width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look().colour("control"), 1))
        painter.drawPath(outline)
        if self.hasFocus() and focus_at is not None:
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRoundedRect(focus_at.adjusted(1, 1, -1, -1), radius - 2, radius - 2)
