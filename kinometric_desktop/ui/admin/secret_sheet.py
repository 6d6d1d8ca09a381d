"""The dialog of a form with a secret, which is only written: it lives in its field and goes with the dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit, QWidget

from kinometric_desktop.app.problems import Problem, line_of
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.area import FittedArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, PasswordField, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.text import NoteText, Text


class SecretState(Protocol):
    """What every such form has."""

    @property
    def complaint(self) -> str:
        """What is to be mended before anything is sent."""

    @property
    def problem(self) -> Problem | None:
        """What the server or the line said."""

    @property
    def busy(self) -> bool:
        """True while it is sent."""

    @property
    def saved(self) -> bool:
        """True once it is stored."""


class Consequence(Message):
    """A message among the fields of a dialog, as high as it is at the width that dialogs have."""

    def sizeHint(self) -> QSize:
        """Not the narrow shape that its words would choose for themselves."""
        width = look().px(NoteText.WIDTH)
        return QSize(width, self.layout().totalHeightForWidth(width))


class SecretSheet(Sheet):
    """Fields, the secret with a note below it, and the buttons; a subclass adds its fields to :attr:`column`.

    Parameters
    ----------
    name, title : str
        objectName and heading.
    secret : str
        What the secret is called.
    action : str
        What the button does.
    save : Callable
        Takes the secret.
    close : Callable
        Called when the dialog goes.
    """

    keeps_typed = True

    def __init__(
        self,
        name: str,
        title: str,
        secret: str,
        action: str,
        save: Callable[[str], None],
        close: Callable[[], None],
    ) -> None:
        super().__init__(name, title, width=560)
        self._save = save
        self._close = close
        inside = QWidget()
        self.column = Column(inside, margins=(2, 2, 8, 2), spacing=12)
        self.secret = PasswordField(f"{name}.secret", secret)
        self.secret_field = Field(secret, self.secret)
        self.secret_note = NoteText()
        self.secret.editor.returnPressed.connect(self._press)
        area = FittedArea(f"{name}.fields", inside)
        area.content_changed.connect(self._content_changed)
        self.body.addWidget(area, 1)
        self._error = ErrorLine(f"{name}.error")
        self.body.addWidget(self._error)
        cancel = Button("Cancel", f"{name}.cancel", kind="safe", key="Esc")
        self.action = Button(action, f"{name}.action")
        cancel.clicked.connect(self.give_up)
        self.action.clicked.connect(self._press)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.action)
        self.finished.connect(lambda _: self._forget())

    def add_text(self, name: str, label: str, text: str, on_edited: Callable[[str], None]) -> tuple[TextField, Field]:
        """A field whose Enter sends the form."""
        editor = TextField(f"{self.objectName()}.{name}", label)
        editor.setText(text)
        editor.textEdited.connect(on_edited)
        editor.returnPressed.connect(self._press)
        return editor, Field(label, editor)

    def add_secret(self, *below: QWidget) -> None:
        """Add the secret, its note, and what stands below them."""
        for widget in (self.secret_field, self.secret_note, *below):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def content(self) -> str:
        """Everything that stands in the editors; of a secret only how long it is, so that no copy stays behind."""
        secret = self.secret.editor
        others = [one.text() for one in self.findChildren(QLineEdit) if one is not secret]
        return "\n".join([*others, str(len(secret.text()))])

    def complain(self, sentence: str) -> None:
        """Say what is to be mended."""
        self._error.say(sentence)
        self.fit()

    def show_outcome(self, state: SecretState) -> None:
        """Say what is wrong, and go once it is stored."""
        self._error.say(state.complaint or line_of(state.problem))
        self.action.set_busy(state.busy)
        if state.saved:
            self.finish(True)
        elif self.isVisible():
            self.fit()

    def put_aside(self) -> None:
        """Keep what was typed while the screen is locked, but for the secret."""
        super().put_aside()
        self.secret.editor.clear()

    def _content_changed(self) -> None:
        if self.isVisible():
            self.fit()

    def _press(self) -> None:
        self._save(self.secret.editor.text())

    def _forget(self) -> None:
        self.secret.editor.clear()
        self._close()


def labelled(label: str, control: QWidget) -> QWidget:
    """A control that is as wide as it needs to be, with a label above it."""
    box = QWidget()
    column = Column(box, spacing=4)
    column.addWidget(Text(label, "label", "text-2"))
    row = Row()
    row.addWidget(control)
    row.addStretch(1)
    column.addLayout(row)
    return box
