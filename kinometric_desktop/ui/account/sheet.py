"""The account's dialogs: what is set up, a new password, the second factor on and off, this computer's name."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.account import AccountPresenter, AccountState, ComputerLine
from kinometric_desktop.app.device import Enrolment, usual_name
from kinometric_desktop.app.own_password import OwnPasswordPresenter
from kinometric_desktop.app.second_factor import SecondFactorPresenter, SecondFactorState
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.account.factor_pane import FactorPane
from kinometric_desktop.ui.account.password_pane import PasswordPane
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, PasswordField, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.table import Column as TableColumn
from kinometric_desktop.ui.widgets.table import Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import SymbolText, Text

FACTOR_WANTED = "This practice asks its administrators for a second factor; until it is set up nothing else opens."
TURN_OFF = "Without it your password alone lets somebody in. Your other sessions and your recovery codes end with it."
ELSEWHERE = "An administrator revokes a computer that is lost."


class AccountSheet(Sheet):
    """Who is signed in, password, second factor and computers, each with what can be done."""

    def __init__(self, work: Workplace, presenter: AccountPresenter) -> None:
        super().__init__("account", "Your account", width=640)
        self._work = work
        self._presenter = presenter
        self._wanted = Message("account.wanted")
        self.body.addWidget(self._wanted)
        grid = Grid(gaps=(24, 12))
        self._name = Text("", "body_strong")
        self.password = Button("Change password…", "account.password.change", small=True)
        self._factor = SymbolText("ring", "", "text-2")
        self.factor_on = Button("Set up…", "account.factor.set_up", small=True)
        self.factor_off = Button("Turn off…", "account.factor.turn_off", small=True)
        self._standing = Text("", "body", wrap=True)
        for place, (label, widget, *buttons) in enumerate(
            (
                ("Signed in as", self._name),
                ("Password", Text("Known to you only", "body"), self.password),
                ("Second factor", self._factor, self.factor_on, self.factor_off),
                ("This computer", self._standing),
            )
        ):
            grid.addWidget(Text(label, "body", "text-2"), place, 0)
            grid.addWidget(widget, place, 1)
            row = Row(spacing=8)
            row.addStretch(1)
            for button in buttons:
                row.addWidget(button)
            grid.addLayout(row, place, 2)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self._enrol = _EnrolLine()
        self._enrol.button.clicked.connect(lambda: presenter.enrol(self._enrol.name.text()))
        self._enrol.name.returnPressed.connect(self._enrol.button.click)
        self.body.addWidget(self._enrol)
        self._model: RowModel[ComputerLine] = RowModel(computer_columns())
        self.computers = TableView("account.computers", "Your enrolled computers", self._model, row_height=32)
        self.body.addWidget(self.computers)
        self._note = Text(ELSEWHERE, "small", "text-2", wrap=True)
        self.body.addWidget(self._note)
        self._error = ErrorLine("account.error")
        self.body.addWidget(self._error)
        close = Button("Close", "account.close", kind="safe", key="Esc")
        close.clicked.connect(lambda: self.finish(True))
        self.footer.addWidget(close)
        self.password.clicked.connect(self._change_password)
        self.factor_on.clicked.connect(self._set_up)
        self.factor_off.clicked.connect(self._turn_off)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)

    def render_state(self, state: AccountState) -> None:
        """Show a state."""
        self._wanted.say(FACTOR_WANTED if state.factor_needed else "", tone="caution", icon="lock")
        self._name.setText(f"{state.display_name}  ·  {state.username}")
        on = state.factor_on
        words = "On: a code is asked for at sign-in" if on else "Off"
        self._factor.set("check" if on else "ring", words, "ok" if on else "text-2", text_tone="text")
        self.factor_on.setVisible(not on)
        self.factor_off.setVisible(on)
        self._standing.setText(state.standing_words)
        self._enrol.setVisible(state.standing == "not_enrolled")
        self._enrol.button.set_busy(state.busy)
        if self._model.rows != state.computers:
            self._model.set_rows(state.computers)
        self.computers.setVisible(bool(state.computers))
        self._note.setVisible(bool(state.computers))
        if state.computers:
            self.give_way(self.computers, 33 + 32 * min(4, len(state.computers)) + 2, least=65)
        self._error.say(_words(state))
        if self.isVisible():
            self.fit()

    def _open(self, sheet: Sheet, focus: QWidget | None) -> None:
        dialogs = self._work.dialogs
        if isinstance(dialogs, WindowDialogs):
            sheet.finished.connect(lambda _: self._presenter.enter())
            dialogs.show(sheet, focus=focus)

    def _change_password(self) -> None:
        sheet = PasswordSheet(self._work)
        self._open(sheet, sheet.first)

    def _set_up(self) -> None:
        sheet = FactorSheet(self._work)
        self._open(sheet, None)
        sheet.presenter.begin()

    def _turn_off(self) -> None:
        sheet = FactorOffSheet(self._work)
        self._open(sheet, sheet.password.editor)


def _words(state: AccountState) -> str:
    problem = state.problem
    if problem is None:
        return ""
    return f"{problem.sentence} [{problem.code}]" if problem.code else problem.sentence


def computer_columns() -> tuple[TableColumn[ComputerLine], ...]:
    """The columns of a list of computers."""

    def state(line: ComputerLine) -> tuple[Piece, ...]:
        if line.revoked:
            return (Piece("revoked", "text-2", icon="barred"),)
        return (Piece("enrolled", "ok", icon="check"),)

    return (
        TableColumn("Computer", lambda line: (Piece(line.name, role="body_strong"),)),
        TableColumn("Since", lambda line: (Piece(line.enrolled, "text-2"),), 136, drop=2),
        TableColumn("Last sign-in", lambda line: (Piece(line.last_seen, "text-2"),), 136, drop=1),
        TableColumn("State", state, 104),
    )


class _EnrolLine(QWidget):
    """What administrators shall see of this computer, and the button that enrols it."""

    def __init__(self) -> None:
        super().__init__()
        row = Row(self, spacing=8)
        self.name = TextField("account.computer.name", "Name of this computer")
        self.name.setText(usual_name())
        self.name.setMaxLength(80)
        field = Field("Name of this computer", self.name)
        self.button = Button("Enrol this computer", "account.computer.enrol")
        beside = Column()
        beside.addStretch(1)
        beside.addWidget(self.button)
        row.addWidget(field, 1)
        row.addLayout(beside)


class PasswordSheet(Sheet):
    """A new password for oneself."""

    def __init__(self, work: Workplace) -> None:
        super().__init__("account.new_password", "Change your password", width=480, footer=False)
        self.presenter = OwnPasswordPresenter(work.connection, work.runner, lambda: self.finish(True))
        me = work.session.state.me
        self.presenter.start(me.username if me else "")
        self.body.addWidget(Text("Your sessions elsewhere end with it.", "body", "text-2", wrap=True))
        self._pane = PasswordPane("account.new_password", self.presenter)
        self.body.addWidget(self._pane)
        self.finished.connect(lambda _: self._forget())
        self.first = self._pane.old.editor

    def _forget(self) -> None:
        self._pane.clear()
        self.presenter.close()


class FactorSheet(Sheet):
    """Setting the second factor up; closing before the last step leaves it off."""

    def __init__(self, work: Workplace) -> None:
        super().__init__("account.second_factor", "Set up your second factor", width=520, footer=False)
        self.presenter = SecondFactorPresenter(
            work.connection, work.runner, lambda: self.finish(True), work.clipboard, work.printer
        )
        self._pane = FactorPane("account.second_factor", self.presenter)
        self.body.addWidget(self._pane)
        self.finished.connect(lambda _: self.presenter.close())
        self._pane.stage_changed.connect(self.fit)


class FactorOffSheet(Sheet):
    """Switching the second factor off, with the password once more."""

    def __init__(self, work: Workplace) -> None:
        super().__init__("account.factor_off", "Turn your second factor off?", width=480)
        self.presenter = SecondFactorPresenter(work.connection, work.runner, lambda: self.finish(True))
        self.body.addWidget(Text(TURN_OFF, "body", "text-2", wrap=True))
        self.password = PasswordField("account.factor_off.password", "Password")
        self._field = Field("Password", self.password)
        self.body.addWidget(self._field)
        cancel = Button("Cancel", "account.factor_off.cancel", kind="safe", key="Esc")
        self._action = Button("Turn off", "account.factor_off.action")
        cancel.clicked.connect(lambda: self.finish(False))
        self._action.clicked.connect(self._press)
        self.password.editor.returnPressed.connect(self._press)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self._action)
        self.finished.connect(lambda _: self._forget())
        self.presenter.subscribe(self.render_state)

    def render_state(self, state: SecondFactorState) -> None:
        """Show a state."""
        problem = state.problem
        self._field.say("" if problem is None else problem.sentence)
        self._action.set_busy(state.busy)
        if self.isVisible():
            self.fit()

    def _press(self) -> None:
        self.presenter.turn_off(self.password.editor.text())

    def _forget(self) -> None:
        self.password.editor.clear()
        self.presenter.close()


def open_account(work: Workplace) -> None:
    """Open the account over the window."""
    if work.session.state.me is None or not isinstance(work.dialogs, WindowDialogs):
        return
    enrolment = Enrolment(work.device_keys, work.connection) if work.device_keys is not None else None
    presenter = AccountPresenter(work.session, work.connection, work.runner, enrolment)
    sheet = AccountSheet(work, presenter)
    work.dialogs.show(sheet, focus=sheet.password)
    presenter.enter()
