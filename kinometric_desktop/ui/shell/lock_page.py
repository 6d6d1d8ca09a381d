"""The opaque page of a locked workstation: no name anywhere."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.lock import Why
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.digits import DigitCells
from kinometric_desktop.ui.widgets.field import Field, PasswordField, TextField
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import Text

USE_RECOVERY = "Use a recovery code"
USE_AUTHENTICATOR = "Use the authenticator"
REASONS: dict[Why, str] = {
    "hand": "Signed out.",
    "idle": "Signed out after 15 minutes without activity.",
    "server": "Your session ended on the server.",
}
KEPT = " Your unsent note is kept until you sign in again on this screen."
OPEN = " What was open is there again when you sign in on this screen."


class _Lock(PaintedMark):
    SIZE = (24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        draw_icon(QPainter(self), "lock", QRectF(0, 0, look().px(24), look().px(24)), "text")


class LockPage(Pane):
    """Says why it is locked and takes the password of the same person; another person starts over."""

    sign_in_pressed = Signal(str, str, str)
    other_person = Signal()

    def __init__(self) -> None:
        super().__init__("banner")
        self.setObjectName("lock")
        self._reason, self._kept = REASONS["idle"], OPEN
        box = QWidget()
        fix_size(box, width=400)
        column = Column(box, spacing=12)
        title = Text("Locked", "title")
        self._note = Text("", "body", "text-2", wrap=True)
        for label in (title, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.password = PasswordField("lock.form.password", "Password")
        self._field = Field("Password", self.password)
        self.code = DigitCells("lock.form.code", "Code from your authenticator", 6, cell=(44, 40), group=3)
        self._code_field = Field("Code from your authenticator", self.code)
        self._code_field.hide()
        self.recovery = TextField("lock.form.recovery", "Recovery code")
        self._recovery_field = Field("Recovery code", self.recovery)
        self._recovery_field.hide()
        self.turn = Button(USE_RECOVERY, "lock.form.turn", kind="link")
        self.turn.hide()
        self.button = Button("Sign in", "lock.form.sign_in", kind="primary", key="Enter")
        self.other = Button("Someone else…", "lock.form.other", kind="link")
        row = Row(spacing=8)
        row.addWidget(self.other)
        row.addStretch(1)
        row.addWidget(self.button)
        column.addWidget(_Lock(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        column.addWidget(self._note)
        column.addSpacing(12)
        column.addWidget(self._field)
        column.addWidget(self._code_field)
        column.addWidget(self._recovery_field)
        column.addWidget(self.turn)
        column.addLayout(row)
        outer = Column(self)
        outer.addStretch(2)
        middle = Row()
        middle.addStretch(1)
        middle.addWidget(box)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)
        self.button.clicked.connect(self._press)
        self.password.editor.returnPressed.connect(self._press)
        self.code.completed.connect(lambda _: self._press())
        self.recovery.returnPressed.connect(self._press)
        self.turn.clicked.connect(self._turn)
        self.other.clicked.connect(self.other_person)

    def show_reason(self, why: Why) -> None:
        """Say whether a person locked it, the server, or the time."""
        self._reason = REASONS[why]
        self._note.setText(self._reason + self._kept)

    def entered(self, *, unsaved: bool = False) -> None:
        """Empty the form; ``unsaved`` says that something typed waits behind the lock."""
        self._kept = KEPT if unsaved else OPEN
        self._note.setText(self._reason + self._kept)
        self.password.editor.clear()
        self.code.clear()
        self.recovery.clear()
        for widget in (self._code_field, self._recovery_field, self.turn):
            widget.hide()
        self.turn.set_text(USE_RECOVERY)
        self._field.say("")
        self.button.set_busy(False)
        self.password.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_code(self) -> None:
        """Ask for the authenticator's code as well."""
        self.button.set_busy(False)
        self.turn.show()
        if not self._recovery_field.isVisibleTo(self):
            self._code_field.show()
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        """Say what is wrong."""
        self.button.set_busy(False)
        self._field.say(sentence)
        self.code.blockSignals(True)
        self.code.clear()
        self.code.blockSignals(False)
        self.code.update()
        self.recovery.clear()

    def _press(self) -> None:
        if self.password.editor.text() and not self.button.busy:
            self.button.set_busy(True)
            by_recovery = self._recovery_field.isVisibleTo(self)
            code = "" if by_recovery else self.code.text()
            self.sign_in_pressed.emit(self.password.editor.text(), code, self.recovery.text() if by_recovery else "")

    def _turn(self) -> None:
        by_recovery = not self._recovery_field.isVisibleTo(self)
        self._recovery_field.setVisible(by_recovery)
        self._code_field.setVisible(not by_recovery)
        self.turn.set_text(USE_AUTHENTICATOR if by_recovery else USE_RECOVERY)
        (self.recovery if by_recovery else self.code).setFocus(Qt.FocusReason.OtherFocusReason)
