"""The dialogs of a user: name, role, rights and department; and the computers that are enrolled for them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.account import ComputerLine
from kinometric_desktop.app.admin_users import A_SUPERADMIN_S, ComputersPresenter, ComputersState
from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.user_form import (
    ELSEWHERE,
    RIGHT_WORDS,
    RIGHTS,
    ROLE_NOTES,
    UserFormPresenter,
    UserFormState,
)
from kinometric_desktop.ui.account.sheet import computer_columns
from kinometric_desktop.ui.admin.parts import show_text
from kinometric_desktop.ui.sign_in.screen import ROLE_WORDS
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.area import FittedArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, Select, TextField
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.table import RowModel, TableView
from kinometric_desktop.ui.widgets.text import Text

ROLES = tuple((role, ROLE_WORDS[role]) for role in ("admin", "clinician", "readonly"))
TEXTS = {"username": "Username", "display_name": "Name on reports", "email": "E-mail"}
NO_DEPARTMENT = "None yet"


class UserSheet(Sheet):
    """Renders a :class:`UserFormPresenter`."""

    keeps_typed = True

    def __init__(self, presenter: UserFormPresenter) -> None:
        state = presenter.state
        super().__init__("admin.user", state.title, width=560)
        self._presenter = presenter
        inside = QWidget()
        column = Column(inside, margins=(2, 2, 8, 2), spacing=12)
        self._fields: dict[str, Field] = {}
        self.editors: dict[str, TextField] = {}
        for name, label in TEXTS.items():
            editor = TextField(f"admin.user.{name}", label)
            editor.setText(str(getattr(state, name)))
            editor.textEdited.connect(lambda text, name=name: presenter.set_value(name, text))
            editor.returnPressed.connect(presenter.save)
            self.editors[name] = editor
            self._fields[name] = Field(label, editor)
            column.addWidget(self._fields[name])
        self._locked = Text(ELSEWHERE, "small", "text-2", wrap=True)
        column.addWidget(self._locked)
        self.role = Segmented("admin.user.role", ROLES, "Role")
        self.role.chosen.connect(lambda role: presenter.set_value("role", role))
        self._role_note = Text("", "small", "text-2", wrap=True)
        role_row = Row()
        role_row.addWidget(self.role)
        role_row.addStretch(1)
        column.addLayout(role_row)
        column.addWidget(self._role_note)
        self.rights: dict[str, CheckBox] = {}
        for name in RIGHTS:
            box = CheckBox(RIGHT_WORDS[name], f"admin.user.{name}")
            box.toggled.connect(lambda on, name=name: presenter.set_value(name, on))
            self.rights[name] = box
            column.addWidget(box)
        self.department = Select("admin.user.department", "Department")
        self.department.activated.connect(
            lambda place: presenter.set_value("department_id", str(self.department.itemData(place)))
        )
        column.addWidget(Field("Department", self.department))
        self.default = CheckBox("Signing in begins in this practice", "admin.user.is_default")
        self.default.toggled.connect(lambda on: presenter.set_value("is_default", on))
        column.addWidget(self.default)
        area = FittedArea("admin.user.fields", inside)
        self.body.addWidget(area, 1)
        self._error = ErrorLine("admin.user.error")
        self.body.addWidget(self._error)
        cancel = Button("Cancel", "admin.user.cancel", key="Esc")
        self.action = Button(state.action, "admin.user.action", kind="primary")
        cancel.clicked.connect(lambda: self.finish(False))
        self.action.clicked.connect(presenter.save)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.action)
        self.finished.connect(lambda _: presenter.close())
        self._show_kind(state)
        presenter.subscribe(self.render_state)
        self.first = self.role if state.kind == "change" else self.editors["username"]

    def _show_kind(self, state: UserFormState) -> None:
        changing, member = state.kind == "change", state.kind == "member"
        self._fields["username"].setVisible(not changing)
        self._fields["display_name"].setVisible(not member)
        self._fields["email"].setVisible(not member)
        self._locked.setVisible(state.person_locked)
        self.default.setVisible(changing)
        for name in ("display_name", "email"):
            self.editors[name].setReadOnly(state.person_locked)

    def complain(self, sentence: str) -> None:
        """Say what is to be mended."""
        self._error.say(sentence)
        self.fit()

    def render_state(self, state: UserFormState) -> None:
        """Show a state."""
        for name, editor in self.editors.items():
            show_text(editor, getattr(state, name))
        self.role.choose(state.role)
        self._role_note.setText(ROLE_NOTES[state.role])
        for name, box in self.rights.items():
            box.blockSignals(True)
            box.setChecked(bool(getattr(state, name)) and state.role != "readonly")
            box.blockSignals(False)
            box.setEnabled(state.role != "readonly")
            box.update()
        choices = [("", NO_DEPARTMENT), *((one.department_id, one.words) for one in state.departments)]
        self.department.set_choices(choices, state.department_id)
        self.default.blockSignals(True)
        self.default.setChecked(state.is_default)
        self.default.blockSignals(False)
        self.default.setEnabled(not state.default_locked)
        for name, field in self._fields.items():
            field.say(state.complaints.get(name, ""))
        self._error.say(line_of(state.problem))
        self.action.set_busy(state.busy)
        if state.saved:
            self.finish(True)
        elif self.isVisible():
            self.fit()


class ComputersSheet(Sheet):
    """The computers of a user, each revoked for good after a question."""

    def __init__(self, presenter: ComputersPresenter) -> None:
        super().__init__("admin.computers", presenter.state.title, width=640)
        self._presenter = presenter
        self._note = Text("", "body", "text-2", wrap=True)
        self.body.addWidget(self._note)
        self._model: RowModel[ComputerLine] = RowModel(computer_columns())
        self.table = TableView("admin.computers.table", "Enrolled computers", self._model, row_height=32)
        self.table.moved.connect(self._look)
        self.table.opened.connect(presenter.ask_revoke)
        self.body.addWidget(self.table)
        self._enrolled = 0
        self._enrol = QWidget()
        row = Row(self._enrol, spacing=8)
        self.key = TextField("admin.computers.key", "Key that the computer shows", placeholder="64 signs")
        self.name = TextField("admin.computers.name", "Name of the computer")
        self.name.setMaxLength(80)
        self.enrol = Button("Enrol", "admin.computers.enrol")
        bottom = Qt.AlignmentFlag.AlignBottom
        row.addWidget(Field("Key that the computer shows", self.key), 3, bottom)
        row.addWidget(Field("Name of the computer", self.name), 2, bottom)
        row.addWidget(self.enrol, 0, bottom)
        self.body.addWidget(self._enrol)
        self.enrol.clicked.connect(self._press)
        for editor in (self.key, self.name):
            editor.returnPressed.connect(self._press)
        self._error = ErrorLine("admin.computers.error")
        self.body.addWidget(self._error)
        close = Button("Close", "admin.computers.close", kind="safe", key="Esc")
        self.revoke = Button("Revoke…", "admin.computers.revoke")
        self.revoke.clicked.connect(lambda: presenter.ask_revoke(self.table.current))
        close.clicked.connect(lambda: self.finish(True))
        self.footer.addWidget(close)
        self.footer.addWidget(self.revoke)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)
        self.first = self.table

    def render_state(self, state: ComputersState) -> None:
        """Show a state."""
        if state.locked:
            self._note.setText(f"This person {A_SUPERADMIN_S}.")
        elif not state.computers and not state.reading:
            self._note.setText("No computer is enrolled for this person.")
        else:
            self._note.setText("Sign-ins from an enrolled computer are signed with its key.")
        if self._model.rows != state.computers:
            self.table.set_rows(state.computers, keep=lambda line: not line.revoked)
        self.give_way(self.table, 33 + 32 * max(1, min(6, len(state.computers))) + 2, least=65)
        self._enrol.setVisible(not state.locked)
        self.enrol.set_busy(state.reading)
        if state.enrolled != self._enrolled:
            self._enrolled = state.enrolled
            self.key.clear()
            self.name.clear()
        self._error.say(line_of(state.problem))
        self._look(self.table.current)
        if self.isVisible():
            self.fit()

    def _press(self) -> None:
        self._presenter.enrol(self.key.text(), self.name.text())

    def _look(self, line: ComputerLine | None) -> None:
        may = line is not None and not line.revoked and not self._presenter.state.locked
        self.revoke.setEnabled(may)
        self.revoke.set_busy(self._presenter.state.reading)
