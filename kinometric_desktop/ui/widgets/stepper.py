"""The five steps from finding a patient to the chart, drawn as ring, accent dot or check."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from kinometric_desktop.app.navigation import Place, Step
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Row, fix_size
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import ElidedText, Text

_SPOKEN = {"done": "done", "here": "here", "open": "not done yet", "unused": "not used in this practice"}


class StepButton(QAbstractButton):
    """One step: mark, word and key."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.show_step(step)

    @property
    def step(self) -> Step:
        """What is shown."""
        return self._step

    def show_step(self, step: Step) -> None:
        """Show a step's mark."""
        self._step = step
        named(self, f"shell.stepper.{step.step_id}", f"{step.word}, {_SPOKEN[step.mark]}")
        self.setEnabled(step.mark != "unused")
        self.updateGeometry()
        self.update()

    def _words(self) -> str:
        return f"{self._step.word}: not used in this practice" if self._step.mark == "unused" else self._step.word

    def sizeHint(self) -> QSize:
        width = QFontMetrics(look().font("body", weight=600)).horizontalAdvance(self._words())
        if self._step.mark == "unused":
            return QSize(width + look().px(8), look().px(40))
        width += look().px(4 + 18 + 8 + 8 + 4) + QFontMetrics(look().font("key", weight=400)).horizontalAdvance(
            self._step.key
        )
        return QSize(width + 2, look().px(40))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        here = self._step.mark == "here"
        left = look().px(4)
        if self._step.mark != "unused":
            self._draw_mark(painter, QRectF(left, (self.height() - look().px(18)) / 2, look().px(18), look().px(18)))
            left += look().px(18 + 8)
        font = look().font("body", weight=600 if here else 400)
        painter.setFont(font)
        tone = "accent-text" if here else "text-2" if self._step.mark == "unused" else "text"
        painter.setPen(look().colour(tone))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, self._words())
        if self._step.mark != "unused":
            left += QFontMetrics(font).horizontalAdvance(self._words()) + look().px(8)
            painter.setFont(look().font("key", weight=400))
            painter.setPen(look().colour("text-3"))
            painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, self._step.key)
        if here:
            painter.fillRect(0, self.height() - 3, self.width(), 2, look().colour("accent"))
        if self.hasFocus():
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 5, -1, -5), 4, 4)

    def _draw_mark(self, painter: QPainter, ring: QRectF) -> None:
        mark = self._step.mark
        tone = {"done": "ok", "here": "accent-text"}.get(mark, "control")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look().colour(tone), 1.6))
        painter.drawEllipse(ring.adjusted(1, 1, -1, -1))
        if mark == "done":
            inset = ring.width() * 0.2
            draw_icon(painter, "check", ring.adjusted(inset, inset, -inset, -inset), "ok")
        elif mark == "here":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().colour("accent-text"))
            painter.drawEllipse(QPointF(ring.center()), ring.width() * 0.25, ring.width() * 0.25)


class Stepper(Pane):
    """The line of steps below the banner; what blocks the next step stands at its right end.

    In a narrow window only the present step is shown ("Match, step 2 of 5"), and :attr:`slot` takes the screen's
    segmented control.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__(lines=("bottom",))
        self.setObjectName("shell.stepper")
        fix_size(self, height=40)
        self._narrow = False
        self._place = Place("sign_in")
        self._buttons: list[StepButton] = []
        self._joints: list[_Joint] = []
        self._count = Text("", "body", "text-2")
        self._blocked = ElidedText("", "small", "text-2")
        self._blocked.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = Row(self, margins=(16, 0, 16, 0))
        self._steps = Row(spacing=8)
        row.addLayout(self._steps)
        row.addSpacing(8)
        row.addWidget(self._count)
        row.addSpacing(16)
        row.addWidget(self._blocked, 1)
        self.slot = Row()
        row.addLayout(self.slot)

    def show_place(self, place: Place) -> None:
        """Show the steps and what blocks."""
        self._place = place
        if len(self._buttons) != len(place.steps):
            self._build(place.steps)
        for button, step in zip(self._buttons, place.steps, strict=True):
            button.show_step(step)
        self._blocked.setText(place.blocked_by)
        self._arrange()

    def set_narrow(self, narrow: bool) -> None:
        """Show one step only, or all five."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _build(self, steps: tuple[Step, ...]) -> None:
        for widget in (*self._buttons, *self._joints):
            self._steps.removeWidget(widget)
            widget.deleteLater()
        self._buttons, self._joints = [], []
        for index, step in enumerate(steps):
            if index:
                joint = _Joint()
                self._joints.append(joint)
                self._steps.addWidget(joint)
            button = StepButton(step)
            button.clicked.connect(self._clicked)
            self._buttons.append(button)
            self._steps.addWidget(button)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, StepButton):
            self.pressed.emit(button.step.step_id)

    def _arrange(self) -> None:
        here = next((index for index, step in enumerate(self._place.steps) if step.mark == "here"), 0)
        for index, button in enumerate(self._buttons):
            button.setVisible(not self._narrow or index == here)
        for joint in self._joints:
            joint.setVisible(not self._narrow)
        self._count.setVisible(self._narrow)
        self._blocked.setVisible(not self._narrow)
        self._count.setText(f"step {here + 1} of {len(self._place.steps)}" if self._narrow else "")


class _Joint(Pane):
    def __init__(self) -> None:
        super().__init__("control")
        fix_size(self, width=32)
        self.setFixedHeight(1)
