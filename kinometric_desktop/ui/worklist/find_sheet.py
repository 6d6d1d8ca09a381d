"""Find a patient: one box for name, birth date, number or athenaOne ID, with a list below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from kinometric.contract.patients import Patient
from kinometric_desktop.app.find import FindPresenter, FindState, patient_name
from kinometric_desktop.app.wording import written_birth, written_sex
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import TextField
from kinometric_desktop.ui.widgets.message import EmptyState, Message
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import Text

HINT = "Type a last name, a first name, a birth date, a Kinometric number or an athenaOne patient ID."


class FindSheet(Sheet):
    """Searches while typing; Enter opens the chosen patient."""

    def __init__(self, presenter: FindPresenter, work: Workplace, text: str = "") -> None:
        super().__init__("find", "Find patient", width=820)
        self._presenter = presenter
        self._work = work
        self.box = TextField(
            "find.form.text", "Name, birth date or number", placeholder="garcia 1951, 4 mar 1951, 10482", icon="search"
        )
        self.box.installEventFilter(self)
        self.body.addWidget(self.box)
        self._message = Message("find.message")
        self.body.addWidget(self._message)
        self._model: RowModel[Patient] = RowModel(self._columns())
        self._table = TableView("find.list.table", "Patients found", self._model)
        self._table.opened.connect(self._open)
        self._empty = EmptyState("find.list.empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._table)
        self.give_way(self._stack, 260)
        self.body.addWidget(self._stack)
        self._note = Text("", "small", "text-2")
        self.footer_left.addWidget(self._note)
        cancel = Button("Cancel", "find.foot.cancel", kind="safe", key="Esc")
        self._open_button = Button("Open patient", "find.foot.open", kind="primary", key="Enter")
        self.footer.addWidget(cancel)
        self.footer.addWidget(self._open_button)
        cancel.clicked.connect(lambda: self.finish(False))
        self._open_button.clicked.connect(self._open_current)
        self.box.textChanged.connect(presenter.type_text)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)
        self.box.setText(text)

    def _columns(self) -> tuple[Column[Patient], ...]:
        def name(patient: Patient) -> tuple[Piece, ...]:
            pieces = [Piece(patient_name(patient), role="body_strong")]
            if patient.similar_names:
                pieces.append(Piece("similar name", "warn", "label", icon="warning", gap=12, short="similar"))
            if patient.is_sandbox:
                pieces.append(Piece("TEST", "text-2", "key"))
            return tuple(pieces)

        def born(patient: Patient) -> tuple[Piece, ...]:
            return (Piece(written_birth(patient.born, self._work.session.today(self._work.clock.now()))),)

        def link(patient: Patient) -> tuple[Piece, ...]:
            if patient.link is None:
                return (Piece("not linked", "text-2"),)
            return (Piece(patient.link.athena_patient_id, "ok", icon="link"),)

        return (
            Column("Patient", name, least=260),
            Column("Born", born, 154),
            Column("Sex", lambda patient: (Piece(written_sex(patient.sex)[:1]),), 46, drop=3),
            Column("Number", lambda patient: (Piece(str(patient.number)),), 80, right=True, drop=2),
            Column("athenaOne", link, 120, drop=1),
        )

    def render_state(self, state: FindState) -> None:
        """Show a state."""
        self._message.say_problem(state.problem)
        first = state.patients[0].patient_id if state.patients else ""
        if tuple(self._model.rows) != state.patients:
            self._table.set_rows(state.patients, keep=lambda patient: patient.patient_id == first)
        if state.patients:
            self._stack.setCurrentWidget(self._table)
        elif state.searched:
            self._empty.say("search", f"No patient for “{state.searched}”", "Check the spelling, or type a birth date.")
            self._stack.setCurrentWidget(self._empty)
        else:
            self._empty.say("patient", "Kinometric’s patients", HINT)
            self._stack.setCurrentWidget(self._empty)
        self._note.setText("More than these were found. Type more." if state.more else "")
        self._open_button.setEnabled(bool(state.patients))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F5:
            # Taken before the window's own F5, which means nothing while a dialog is open.
            if event.type() == QEvent.Type.KeyPress:
                self._presenter.search()
            event.accept()
            return True
        if watched is self.box and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open_current()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                here = self._table.currentIndex().row()
                self._table.choose(max(0, here + (1 if event.key() == Qt.Key.Key_Down else -1)))
                return True
        return super().eventFilter(watched, event)

    def _open_current(self) -> None:
        if self._table.current is not None and self._presenter.state.patients:
            self._open(self._table.current)
        elif self._presenter.state.problem is not None:
            self._presenter.search()

    def _open(self, patient: Patient) -> None:
        self._presenter.open(patient, self.finish)


def open_find(work: Workplace, shell: Shell) -> None:
    """Open the search over the window, with what stands in the app bar's field."""
    if work.session.practice is None:
        return
    text = shell.app_bar.find.text()
    shell.app_bar.find.clear()
    presenter = FindPresenter(work.session, work.navigation, work.connection, work.runner, work.timer)
    sheet = FindSheet(presenter, work, text)
    if isinstance(work.dialogs, WindowDialogs):
        work.dialogs.show(sheet, focus=sheet.box)
