"""The account's dialogs: what is set up, a new password, the second factor on and off, this computer's name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.account import AccountPresenter, AccountState, ComputerLine
from kinometric_desktop.app.device import Enrolment, usual_name
from kinometric_desktop.app.own_password import OwnPasswordPresenter
from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.second_factor import SecondFactorPresenter, SecondFactorState
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.account.factor_pane import FactorPane
from kinometric_desktop.ui.account.password_pane import PasswordPane
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size
from kinometric_desktop.ui.widgets.area import FittedArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, PasswordField, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.table import Column as TableColumn
from kinometric_desktop.ui.widgets.table import Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import SymbolText, Text

FACTOR_WANTED = "This practice asks its administrators for a second factor; until it is set up nothing else opens."
TURN_OFF = "Without it your password alone lets somebody in. Your other sessions and your recovery codes end with it."
LOST = "Revoke one that is lost or not yours any more; administrators can do it too."
RENEW = "The ten codes of until now stop working. The new ones are shown once."


class AccountSheet(Sheet):
    """Who is signed in, password, second factor and computers, each with what can be done."""

    def __init__(self, work: Workplace, presenter: AccountPresenter) -> None:
        super().__init__("account", "Your account", width=640)
        self._work = work
        self._presenter = presenter
        inside = QWidget()
        content = Column(inside, margins=(2, 2, 8, 2), spacing=12)
        area = FittedArea("account.content", inside)
        area.content_changed.connect(self._content_changed)
        self.body.addWidget(area, 1)
        self._wanted = Message("account.wanted")
        content.addWidget(self._wanted)
        grid = Grid(gaps=(24, 12))
        self._name = Text("", "body_strong")
        self.password = Button("Change password…", "account.password.change", small=True)
        self._factor = SymbolText("ring", "", "text-2")
        self.factor_on = Button("Set up…", "account.factor.set_up", small=True)
        self.renew = Button("New recovery codes…", "account.factor.renew", small=True)
        self.factor_off = Button("Turn off…", "account.factor.turn_off", small=True)
        self._standing = Text("", "body", wrap=True)
        for place, (label, widget, *buttons) in enumerate(
            (
                ("Signed in as", self._name),
                ("Password", Text("Known to you only", "body"), self.password),
                ("Second factor", self._factor, self.factor_on, self.renew, self.factor_off),
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
        content.addLayout(grid)
        self._enrol = _EnrolLine()
        self._enrol.button.clicked.connect(lambda: presenter.enrol(self._enrol.name.text()))
        self._enrol.name.returnPressed.connect(self._enrol.button.click)
        content.addWidget(self._enrol)
        self._model: RowModel[ComputerLine] = RowModel(computer_columns())
        self.computers = TableView("account.computers", "Your enrolled computers", self._model, row_height=32)
        content.addWidget(self.computers)
        self._note = QWidget()
        line = Row(self._note, spacing=8)
        line.addWidget(Text(LOST, "small", "text-2", wrap=True), 1)
        self.revoke = Button("Revoke…", "account.computer.revoke", small=True)
        line.addWidget(self.revoke)
        content.addWidget(self._note)
        self.computers.moved.connect(self._look)
        self.computers.opened.connect(presenter.ask_revoke)
        self.revoke.clicked.connect(lambda: presenter.ask_revoke(self.computers.current))
        self._error = ErrorLine("account.error")
        self.body.addWidget(self._error)
        close = Button("Close", "account.close", kind="safe", key="Esc")
        close.clicked.connect(lambda: self.finish(True))
        self.footer.addWidget(close)
        self.password.clicked.connect(self._change_password)
        self.factor_on.clicked.connect(self._set_up)
        self.factor_off.clicked.connect(lambda: self._with_password(FactorOffSheet(work)))
        self.renew.clicked.connect(lambda: self._with_password(NewCodesSheet(work)))
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)

    def render_state(self, state: AccountState) -> None:
        """Show a state."""
        self._wanted.say(FACTOR_WANTED if state.factor_needed else "", tone="caution", icon="lock")
        self._name.setText(f"{state.display_name}  ·  {state.username}")
        on = state.factor_on
        words = "On" if on else "Off"
        self._factor.set("check" if on else "ring", words, "ok" if on else "text-2", text_tone="text")
        self.factor_on.setVisible(not on)
        self.factor_off.setVisible(on)
        self.renew.setVisible(on)
        self._standing.setText(state.standing_words)
        self._enrol.setVisible(state.standing in ("not_enrolled", "waiting"))
        self._enrol.button.set_busy(state.busy)
        if self._model.rows != state.computers:
            self.computers.set_rows(state.computers, keep=lambda line: not line.revoked)
        self._look(self.computers.current)
        self.computers.setVisible(bool(state.computers))
        self._note.setVisible(bool(state.computers))
        fix_size(self.computers, height=33 + 32 * max(1, min(4, len(state.computers))) + 2)
        self._error.say(line_of(state.problem))
        if self.isVisible():
            self.fit()

    def _content_changed(self) -> None:
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

    def _with_password(self, sheet: _PasswordFirst) -> None:
        self._open(sheet, sheet.password.editor)

    def _look(self, line: ComputerLine | None) -> None:
        self.revoke.setEnabled(line is not None and not line.revoked)


def computer_columns() -> tuple[TableColumn[ComputerLine], ...]:
    """The columns of a list of computers."""

    def state(line: ComputerLine) -> tuple[Piece, ...]:
        if line.revoked:
            return (Piece("revoked", "text-2", icon="barred"),)
        return (Piece("enrolled", "ok", icon="check"),)

    return (
        TableColumn("Computer", lambda line: (Piece(line.name, role="body_strong"),)),
        TableColumn("Since", lambda line: (Piece(line.enrolled, "text-2"),), 152, drop=2),
        TableColumn("Last sign-in", lambda line: (Piece(line.last_seen, "text-2"),), 152, drop=1),
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
        row.addWidget(field, 1, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)


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

    def put_aside(self) -> None:
        """Keep no password while the screen is locked."""
        super().put_aside()
        self._pane.clear()

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


class _PasswordFirst(Sheet):
    """Something of the second factor that asks for the password once more."""

    def __init__(self, name: str, title: str, words: str, action: str, work: Workplace) -> None:
        super().__init__(name, title, width=480)
        self.presenter = SecondFactorPresenter(
            work.connection, work.runner, lambda: self.finish(True), work.clipboard, work.printer
        )
        self.asking = QWidget()
        asking = Column(self.asking, spacing=12)
        asking.addWidget(Text(words, "body", "text-2", wrap=True))
        self.password = PasswordField(f"{name}.password", "Password")
        self._field = Field("Password", self.password)
        asking.addWidget(self._field)
        self.body.addWidget(self.asking)
        cancel = Button("Cancel", f"{name}.cancel", kind="safe", key="Esc")
        self._action = Button(action, f"{name}.action")
        cancel.clicked.connect(lambda: self.finish(False))
        self._action.clicked.connect(self._press)
        self.password.editor.returnPressed.connect(self._press)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self._action)
        self.finished.connect(lambda _: self._forget())

    def render_state(self, state: SecondFactorState) -> None:
        """Show a state."""
        problem = state.problem
        self._field.say("" if problem is None else problem.sentence)
        self._action.set_busy(state.busy)
        if self.isVisible():
            self.fit()

    def put_aside(self) -> None:
        """Keep no password while the screen is locked."""
        super().put_aside()
        self.password.editor.clear()

    def _press(self) -> None:
        raise NotImplementedError

    def _forget(self) -> None:
        self.password.editor.clear()
        self.presenter.close()


class FactorOffSheet(_PasswordFirst):
    """Switching the second factor off."""

    def __init__(self, work: Workplace) -> None:
        super().__init__("account.factor_off", "Turn your second factor off?", TURN_OFF, "Turn off", work)
        self.presenter.subscribe(self.render_state)

    def _press(self) -> None:
        self.presenter.turn_off(self.password.editor.text())


class NewCodesSheet(_PasswordFirst):
    """Ten new recovery codes in place of those of until now."""

    def __init__(self, work: Workplace) -> None:
        super().__init__("account.new_codes", "Make new recovery codes?", RENEW, "Make new codes", work)
        self._pane = FactorPane("account.new_codes", self.presenter)
        self.body.addWidget(self._pane)
        self.presenter.subscribe(self.render_state)

    def render_state(self, state: SecondFactorState) -> None:
        """Show the password's field first, then the codes."""
        self._pane.render_state(state)
        shown = state.stage == "codes"
        self._pane.setVisible(shown)
        self.asking.setVisible(not shown)
        self._action.setVisible(not shown)
        super().render_state(state)
        if shown and self.password.editor.text():
            self.password.editor.clear()

    def _press(self) -> None:
        self.presenter.renew_codes(self.password.editor.text())


def open_account(work: Workplace) -> None:
    """Open the account over the window."""
    if work.session.state.me is None or not isinstance(work.dialogs, WindowDialogs):
        return
    enrolment = Enrolment(work.device_keys, work.connection) if work.device_keys is not None else None
    presenter = AccountPresenter(work.session, work.connection, work.runner, enrolment, work.dialogs)
    sheet = AccountSheet(work, presenter)
    work.dialogs.show(sheet, focus=sheet.password)
    presenter.enter()
