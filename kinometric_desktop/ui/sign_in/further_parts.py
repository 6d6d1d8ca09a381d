"""What a sign-in may ask for beyond password and code: a new password, a second factor, the first practice."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.sign_in import SignInPresenter, SignInState
from kinometric_desktop.ui.account.factor_pane import FactorPane
from kinometric_desktop.ui.account.password_pane import PasswordPane
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, TextField
from kinometric_desktop.ui.widgets.text import Text

CHOOSE_YOUR_OWN = "An administrator set the password that you signed in with. Choose one that only you know."
FACTOR = (
    "This practice asks its administrators for a second factor: a code from an authenticator app on your phone, beside "
    "the password."
)
COMPUTER_KEY = "Hand an administrator the key of this computer; once it is enrolled by it, sign in again."
NEW_PRACTICE = "A superadmin makes practices. Everything beyond the specification is off in a new one."


class ComputerKey(QWidget):
    """The key of this computer where only enrolled ones get in: an administrator types or pastes it."""

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__()
        column = Column(self, spacing=8)
        column.addWidget(Text(COMPUTER_KEY, "body", "text-2", wrap=True))
        row = Row(spacing=8)
        self.key = TextField("sign_in.computer.key", "Key of this computer")
        self.key.setReadOnly(True)
        copy = Button("Copy", "sign_in.computer.copy", icon="copy")
        copy.clicked.connect(presenter.copy_computer_key)
        row.addWidget(self.key, 1)
        row.addWidget(copy)
        column.addLayout(row)
        self.hide()

    def show_key(self, key: str) -> None:
        """Show a key; "" hides it."""
        self.key.setText(key)
        self.key.setCursorPosition(0)
        self.setVisible(bool(key))


class NewPasswordPart(QWidget):
    """A person's own password in place of the one that an administrator set."""

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__()
        column = Column(self, spacing=8)
        column.addWidget(Text("Choose your own password", "heading"))
        column.addWidget(Text(CHOOSE_YOUR_OWN, "body", "text-2", wrap=True))
        column.addSpacing(8)
        self.pane = PasswordPane("sign_in.new_password", presenter.own_password)
        column.addWidget(self.pane)
        column.addLayout(_way_back("sign_in.new_password.start_over", presenter))

    def begin(self) -> None:
        """Take the focus."""
        self.pane.clear()
        self.pane.take_focus()


class FactorPart(QWidget):
    """The second factor that a practice asks for."""

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__()
        column = Column(self, spacing=8)
        column.addWidget(Text("Set up your second factor", "heading"))
        column.addWidget(Text(FACTOR, "body", "text-2", wrap=True))
        column.addSpacing(8)
        self.pane = FactorPane("sign_in.second_factor", presenter.factor)
        column.addWidget(self.pane)
        row = _way_back("sign_in.second_factor.start_over", presenter)
        self._other = Button("Another practice", "sign_in.second_factor.other", kind="link")
        self._other.clicked.connect(presenter.choose_again)
        row.insertWidget(0, self._other)
        column.addLayout(row)

    def show_state(self, state: SignInState) -> None:
        """Offer the way back to the practices where there are several."""
        self._other.setVisible(len(state.practices) > 1)

    def begin(self) -> None:
        """Take the focus."""
        self.pane.take_focus()


class NewPracticePart(QWidget):
    """Name, short name and time zone of a practice that is not there yet."""

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._own_slug = False
        column = Column(self, spacing=12)
        column.addWidget(Text("New practice", "heading"))
        column.addWidget(Text(NEW_PRACTICE, "body", "text-2", wrap=True))
        self.name = TextField("sign_in.new_practice.name", "Name")
        self.slug = TextField("sign_in.new_practice.slug", "Short name", placeholder="harbor-street")
        self.zone = TextField("sign_in.new_practice.zone", "Time zone")
        for label, editor in (("Name", self.name), ("Short name", self.slug), ("Time zone", self.zone)):
            column.addWidget(Field(label, editor))
            editor.returnPressed.connect(self._press)
        self._error = ErrorLine("sign_in.new_practice.error")
        column.addWidget(self._error)
        row = _way_back("sign_in.new_practice.start_over", presenter)
        self._back = Button("Back to the practices", "sign_in.new_practice.back", kind="link")
        self._back.clicked.connect(presenter.choose_again)
        row.insertWidget(0, self._back)
        self.make = Button("Make practice", "sign_in.new_practice.make", kind="primary", key="Enter")
        self.make.clicked.connect(self._press)
        row.addWidget(self.make)
        column.addLayout(row)
        self.name.textEdited.connect(self._named)
        self.slug.textEdited.connect(self._slugged)

    def show_state(self, state: SignInState) -> None:
        """Show a state."""
        self._error.say(line_of(state.problem if state.stage == "new_practice" else None))
        self.make.set_busy(state.busy)
        self._back.setVisible(bool(state.practices))

    def begin(self) -> None:
        """Begin with empty fields."""
        self._own_slug = False
        self.name.clear()
        self.slug.clear()
        self.zone.setText("America/New_York")
        self.name.setFocus()

    def _named(self, name: str) -> None:
        if not self._own_slug:
            self.slug.setText(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"))

    def _slugged(self, text: str) -> None:
        self._own_slug = bool(text)

    def _press(self) -> None:
        self._presenter.make_practice(self.name.text(), self.slug.text(), self.zone.text())


def _way_back(name: str, presenter: SignInPresenter) -> Row:
    row = Row(spacing=16)
    row.addStretch(1)
    over = Button("Start over", name, key="Esc")
    over.clicked.connect(presenter.start_over)
    row.addWidget(over)
    return row
