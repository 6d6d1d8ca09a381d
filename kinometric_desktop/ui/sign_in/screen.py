"""The sign-in screen: a narrow column in an empty window, one question at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.sign_in import FACTOR_NEEDED, SignInPresenter, SignInState
from kinometric_desktop.ui.shell.app_bar import Mark
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.sign_in.foot import Foot
from kinometric_desktop.ui.sign_in.further_parts import ComputerKey, FactorPart, NewPasswordPart, NewPracticePart
from kinometric_desktop.ui.sign_in.lines import DoneLine
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size, rescale
from kinometric_desktop.ui.widgets.area import FocusArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox, RadioRow
from kinometric_desktop.ui.widgets.digits import DigitCells
from kinometric_desktop.ui.widgets.field import CapsLockWatch, ErrorLine, Field, PasswordField, Select, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import SymbolText, Text

ROLE_WORDS = {"admin": "Admin", "clinician": "Clinician", "readonly": "Read-only", "superadmin": "Superadmin"}
WIDTH = 400
FURTHER: dict[str, Callable[[SignInPresenter], QWidget]] = {
    "new_password": NewPasswordPart,
    "second_factor": FactorPart,
    "new_practice": NewPracticePart,
}


class SignInPage(Page):
    """Server, password, code, what else is asked for, practice and department; one at a time."""

    def __init__(self, presenter: SignInPresenter, foot: Foot) -> None:
        super().__init__()
        self._presenter = presenter
        self._stage = ""
        self._typed_for = ""
        self._practice_rows: dict[str, RadioRow] = {}
        self._group: QButtonGroup | None = None
        self._caps = CapsLockWatch()
        outer = Column(self)
        inside = Pane()
        around = Column(inside, margins=(0, 16, 0, 16))
        around.addStretch(2)
        box = QWidget()
        fix_size(box, width=WIDTH)
        middle = Row()
        middle.addStretch(1)
        middle.addWidget(box)
        middle.addStretch(1)
        around.addLayout(middle)
        around.addStretch(3)
        area = FocusArea()
        area.setWidget(inside)
        outer.addWidget(area, 1)
        outer.addWidget(foot)
        self._column = Column(box)
        self._build_head()
        self._parts = {
            "server": self._build_server(),
            "password": self._build_password(),
            "code": self._build_code(),
            "practice": self._build_practice(),
        }
        for part in self._parts.values():
            self._column.addWidget(part)
        presenter.subscribe(self.render_state)

    def _build_head(self) -> None:
        head = Row(spacing=12)
        head.addWidget(Mark())
        head.addWidget(Text("Kinometric", "title"))
        head.addStretch(1)
        self._column.addLayout(head)
        self._column.addSpacing(16)
        self._server_line = DoneLine("sign_in.server", "Server")
        self._server_line.change.clicked.connect(self._presenter.change_server)
        self._user_line = DoneLine("sign_in.user", "Signed in as", icon="check")
        self._user_line.change.clicked.connect(self._presenter.start_over)
        self._factor_line = DoneLine("sign_in.factor", "Second factor", icon="check")
        self._factor_line.change.hide()
        self._factor_line.say("accepted", "")
        for line in (self._server_line, self._user_line, self._factor_line):
            self._column.addWidget(line)
        self._column.addSpacing(20)

    def _build_server(self) -> QWidget:
        part = QWidget()
        column = Column(part, spacing=12)
        column.addWidget(Text("Your clinic’s server", "heading"))
        self._address = TextField("sign_in.server.address", "Server address", placeholder="kinometric.example")
        self._address_field = Field("Address", self._address)
        column.addWidget(self._address_field)
        row = Row()
        row.addStretch(1)
        self._connect = Button("Connect", "sign_in.server.connect", kind="primary", key="Enter")
        row.addWidget(self._connect)
        column.addLayout(row)
        self._connect.clicked.connect(self._press_connect)
        self._address.returnPressed.connect(self._press_connect)
        return part

    def _build_password(self) -> QWidget:
        part = QWidget()
        column = Column(part, spacing=12)
        column.addWidget(Text("Sign in", "heading"))
        self._user = TextField("sign_in.form.user", "Username")
        self._password = PasswordField("sign_in.form.password", "Password")
        self._password.editor.installEventFilter(self)
        self._user.textEdited.connect(self._presenter.type_user)
        self._password.editor.textEdited.connect(self._password_typed)
        column.addWidget(Field("Username", self._user))
        self._password_field = Field("Password", self._password)
        column.addWidget(self._password_field)
        row = Row(spacing=8)
        self._caps_note = SymbolText("info", "Caps Lock is on", "text-2", role="small")
        self._caps_note.hide()
        row.addWidget(self._caps_note)
        row.addStretch(1)
        self._sign_in = Button("Sign in", "sign_in.form.sign_in", kind="primary", key="Enter")
        row.addWidget(self._sign_in)
        column.addLayout(row)
        self._computer = ComputerKey(self._presenter)
        column.addWidget(self._computer)
        self._demo = QWidget()
        self._demo_column = Column(self._demo, spacing=8, margins=(0, 12, 0, 0))
        self._demo.hide()
        column.addWidget(self._demo)
        self._sign_in.clicked.connect(self._press_sign_in)
        self._user.returnPressed.connect(self._password.editor.setFocus)
        self._password.editor.returnPressed.connect(self._press_sign_in)
        return part

    def _build_code(self) -> QWidget:
        part = QWidget()
        column = Column(part, spacing=8)
        self._code_title = Text("Code from your authenticator", "heading")
        self._code_note = Text("Six digits. They are sent as soon as the last one is in.", "body", "text-2", wrap=True)
        self._code = DigitCells("sign_in.code.digits", "Code from your authenticator", 6, cell=(52, 48), group=3)
        self._recovery = TextField("sign_in.code.recovery", "Recovery code")
        self._code_error = ErrorLine("sign_in.code.error")
        for widget in (self._code_title, self._code_note):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(self._code)
        column.addWidget(self._recovery)
        column.addWidget(self._code_error)
        column.addSpacing(8)
        row = Row()
        self._turn = Button("Use a recovery code", "sign_in.code.turn", kind="link")
        row.addWidget(self._turn)
        row.addStretch(1)
        over = Button("Start over", "sign_in.code.start_over", key="Esc")
        row.addWidget(over)
        column.addLayout(row)
        over.clicked.connect(self._presenter.start_over)
        self._turn.clicked.connect(lambda: self._presenter.use_recovery_code(not self._presenter.state.recovery))
        self._code.completed.connect(self._presenter.send_code)
        self._recovery.returnPressed.connect(lambda: self._presenter.send_code(self._recovery.text()))
        return part

    def _build_practice(self) -> QWidget:
        part = QWidget()
        column = Column(part, spacing=8)
        column.addWidget(Text("Where are you working?", "heading"))
        self._rows = Column()
        column.addLayout(self._rows)
        column.addSpacing(8)
        self._department = Select("sign_in.practice.department", "Department")
        self._department_field = Field("Department", self._department)
        column.addWidget(self._department_field)
        self._reason = TextField("sign_in.practice.reason", "Why you enter this practice")
        self._reason_field = Field("Why you enter this practice", self._reason, required=True)
        column.addWidget(self._reason_field)
        self._remember = CheckBox("Remember as my default", "sign_in.practice.remember", checked=True)
        column.addWidget(self._remember)
        self._factor_note = Message("sign_in.practice.factor")
        column.addWidget(self._factor_note)
        self._practice_error = ErrorLine("sign_in.practice.error")
        column.addWidget(self._practice_error)
        column.addSpacing(8)
        row = Row(spacing=16)
        leave = Button("Sign out", "sign_in.practice.sign_out", key="Esc")
        self._open = Button("Open worklist", "sign_in.practice.open", kind="primary", key="Enter")
        self._new = Button("New practice…", "sign_in.practice.new", kind="link")
        self._new.clicked.connect(self._presenter.name_practice)
        row.addWidget(leave)
        row.addWidget(self._new)
        row.addStretch(1)
        row.addWidget(self._open)
        column.addLayout(row)
        leave.clicked.connect(self._presenter.start_over)
        self._open.clicked.connect(self._press_open)
        self._department.activated.connect(
            lambda index: self._presenter.choose_department(str(self._department.itemData(index)))
        )
        return part

    def render_state(self, state: SignInState) -> None:
        """Show a state."""
        self._server_line.setVisible(state.stage != "server")
        safety = "TLS, verified" if state.encrypted else "on this computer"
        self._server_line.say(state.host, safety if state.connected else "", icon="lock")
        self._user_line.setVisible(state.stage not in ("server", "password"))
        self._user_line.say(state.user_name, "")
        self._factor_line.setVisible(state.stage == "practice" and state.with_code)
        self._add_further(state.stage)
        for stage, part in self._parts.items():
            part.setVisible(stage == state.stage)
        sentence = line_of(state.problem)
        self._address_field.say(sentence if state.stage == "server" else "")
        self._password_field.say(sentence if state.stage == "password" else "")
        self._code_error.say(sentence if state.stage == "code" else "")
        self._practice_error.say(sentence if state.stage == "practice" else "")
        self._code.set_wrong(bool(sentence) and state.stage == "code")
        for button in (self._connect, self._sign_in, self._open):
            button.set_busy(state.busy)
        self._computer.show_key(state.computer_key)
        self._render_code(state)
        self._render_demo(state)
        self._render_practices(state)
        for part in self._parts.values():
            if isinstance(part, FactorPart | NewPracticePart):
                part.show_state(state)
        if state.stage != self._stage:
            before, self._stage = self._stage, state.stage
            self._stage_begins(state, before)
        elif sentence and not state.busy:
            self._after_refusal(state)

    def _add_further(self, stage: str) -> None:
        """Make a part that few sign-ins ask for when it is asked for: the first window is not to wait for it."""
        if stage in FURTHER and stage not in self._parts:
            part: QWidget = FURTHER[stage](self._presenter)
            self._parts[stage] = part
            self._column.addWidget(part)
            rescale(part)

    def entered(self) -> None:
        """Begin with empty fields."""
        self._password.editor.clear()
        self._stage_begins(self._presenter.state)

    def _stage_begins(self, state: SignInState, before: str = "") -> None:
        if state.stage == "server":
            self._address.setText(state.server_url)
            self._address.setFocus()
        elif state.stage == "password":
            self._user.setText(state.user_name)
            if before != "server" or self._typed_for != state.server_url:
                self._password.editor.clear()
            self._code.clear()
            (self._password.editor if state.user_name else self._user).setFocus()
        elif state.stage == "code":
            self._code.clear()
            self._code.setFocus()
        elif state.stage == "practice":
            self._password.editor.clear()
            self._code.clear()
            self._reason.clear()
            self._focus_practice(state)
        else:
            self._password.editor.clear()
            part = self._parts[state.stage]
            if isinstance(part, NewPasswordPart | FactorPart | NewPracticePart):
                part.begin()

    def _after_refusal(self, state: SignInState) -> None:
        if state.stage == "password":
            self._password.editor.setFocus()
            self._password.editor.selectAll()
        elif state.stage == "practice" and state.reason_needed:
            self._reason.setFocus()
        elif state.stage == "code" and not state.recovery:
            self._code.blockSignals(True)
            self._code.clear()
            self._code.blockSignals(False)
            self._code.update()
            self._code.setFocus()

    def _render_code(self, state: SignInState) -> None:
        self._code.setVisible(not state.recovery)
        self._recovery.setVisible(state.recovery)
        self._turn.set_text("Use the authenticator" if state.recovery else "Use a recovery code")
        self._code_title.setText("Recovery code" if state.recovery else "Code from your authenticator")
        self._code_note.setText(
            "One of the ten codes that you were given. Each works once."
            if state.recovery
            else "Six digits. They are sent as soon as the last one is in."
        )

    def _render_demo(self, state: SignInState) -> None:
        if not state.demo_users or self._demo_column.count():
            return
        self._demo_column.addWidget(Line())
        self._demo_column.addWidget(Text("Demo users, made for this run only", "label", "text-2"))
        for user in state.demo_users:
            row = Row(spacing=12)
            button = Button(f"Sign in as {user.username}", f"sign_in.demo.{user.username}", small=True)
            button.clicked.connect(lambda _=False, one=user: self._presenter.sign_in_as(one))
            row.addWidget(button)
            row.addWidget(Text(user.purpose, "small", "text-2"), 1)
            self._demo_column.addLayout(row)
        self._demo.show()

    def _render_practices(self, state: SignInState) -> None:
        if tuple(self._practice_rows) != tuple(practice.practice_id for practice in state.practices):
            self._fill_practices(state)
        for practice_id, row in self._practice_rows.items():
            row.setChecked(practice_id == state.practice_id)
        choices = [(one.department_id, one.words) for one in state.departments]
        self._department.set_choices(choices, state.department_id)
        self._department_field.setVisible(len(choices) > 0)
        self._remember.setVisible(len(choices) > 0)
        self._reason_field.setVisible(state.reason_needed)
        self._factor_note.say(FACTOR_NEEDED if state.factor_needed else "", tone="caution", icon="lock")
        self._new.setVisible(state.may_make_practices)
        self._open.set_text("Set up second factor" if state.factor_needed else "Open worklist")
        self._open.setEnabled(bool(state.practice_id) and not state.busy)

    def _fill_practices(self, state: SignInState) -> None:
        for row in self._practice_rows.values():
            self._rows.removeWidget(row)
            row.deleteLater()
        self._practice_rows = {}
        self._group = QButtonGroup(self)
        for place, practice in enumerate(state.practices):
            row = RadioRow(
                practice.practice_name,
                practice.note,
                f"sign_in.practice.{place}",
                badge=ROLE_WORDS[practice.role],
                first=place == 0,
                last=place == len(state.practices) - 1,
            )
            self._group.addButton(row)
            row.clicked.connect(lambda _=False, one=practice.practice_id: self._presenter.choose_practice(one))
            self._practice_rows[practice.practice_id] = row
            self._rows.addWidget(row)
            row.show()

    def _focus_practice(self, state: SignInState) -> None:
        first = next(iter(self._practice_rows.values()), None)
        row = self._practice_rows.get(state.practice_id, first)
        if row is not None:
            row.setFocus()

    def _press_connect(self) -> None:
        state = self._presenter.state
        if not state.busy or self._address.text().strip() != state.server_url:
            self._presenter.connect(self._address.text())

    def _password_typed(self) -> None:
        """What was typed for one server never goes to another."""
        self._typed_for = self._presenter.state.server_url

    def _press_sign_in(self) -> None:
        self._presenter.sign_in(self._user.text(), self._password.editor.text())

    def _press_open(self) -> None:
        self._presenter.open_worklist(remember=self._remember.isChecked(), reason=self._reason.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc starts over, Enter opens the worklist from any choice of the practice stage."""
        stage = self._presenter.state.stage
        if event.key() == Qt.Key.Key_Escape and stage not in ("server", "password"):
            self._presenter.start_over()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and stage == "practice":
            self._press_open()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and self._caps.key(event):
            self._caps_note.setVisible(self._caps.on)
        return super().eventFilter(watched, event)
