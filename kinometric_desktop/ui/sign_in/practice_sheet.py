"""Switching the practice or the department without signing out: the open patient is closed first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QWidget

from kinometric_desktop.app.practice_switch import PracticeSwitchPresenter, PracticeSwitchState
from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.sign_in.screen import ROLE_WORDS
from kinometric_desktop.ui.theme.spacing import Column
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import RadioRow
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, Select, TextField
from kinometric_desktop.ui.widgets.text import Text


class PracticeSheet(Sheet):
    """The person's practices, and the departments of the one they work in."""

    def __init__(self, presenter: PracticeSwitchPresenter) -> None:
        super().__init__("practice", "Where are you working?", width=520)
        self._presenter = presenter
        self.body.addWidget(
            Text("Switching closes the open patient and clears every list.", "body", "text-2", wrap=True)
        )
        self._list = _Choices()
        self.body.addWidget(self._list, 1)
        self._group = QButtonGroup(self)
        self._rows: dict[str, RadioRow] = {}
        self._reason = TextField("practice.form.reason", "Why you enter this practice")
        self._reason_field = Field("Why you enter this practice", self._reason, required=True)
        self._reason.returnPressed.connect(self._press)
        self.body.addWidget(self._reason_field)
        self._department = Select("practice.form.department", "Department")
        self._field = Field("Department", self._department)
        self._department.activated.connect(
            lambda index: presenter.choose_department(str(self._department.itemData(index)))
        )
        self.body.addWidget(self._field)
        self._error = ErrorLine("practice.form.error")
        self.body.addWidget(self._error)
        cancel = Button("Cancel", "practice.foot.cancel", kind="safe", key="Esc")
        self._switch = Button("Work here", "practice.foot.switch", kind="primary")
        cancel.clicked.connect(lambda: self.finish(False))
        self._switch.clicked.connect(self._press)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self._switch)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)
        self.first = self._rows.get(presenter.state.practice_id, cancel)

    def render_state(self, state: PracticeSwitchState) -> None:
        """Show a state."""
        if tuple(self._rows) != tuple(one.practice_id for one in state.practices):
            self._fill(state)
        self._reason_field.setVisible(state.reason_needed)
        for practice_id, row in self._rows.items():
            row.setChecked(practice_id == state.practice_id)
        self._department.set_choices([(one.department_id, one.words) for one in state.departments], state.department_id)
        self._field.setVisible(bool(state.departments))
        self._switch.set_busy(state.busy)
        self._error.say(line_of(state.problem))
        self.fit()

    def _fill(self, state: PracticeSwitchState) -> None:
        """Make a row for each practice; a superadmin's come a moment later."""
        had_focus = any(row.hasFocus() for row in self._rows.values())
        for row in self._rows.values():
            self._list.rows.removeWidget(row)
            self._group.removeButton(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        for place, practice in enumerate(state.practices):
            row = RadioRow(
                practice.practice_name,
                practice.note,
                f"practice.list.{place}",
                badge=ROLE_WORDS[practice.role],
                first=place == 0,
                last=place == len(state.practices) - 1,
            )
            row.clicked.connect(lambda _=False, one=practice.practice_id: self._presenter.choose_practice(one))
            self._group.addButton(row)
            self._rows[practice.practice_id] = row
            self._list.rows.addWidget(row)
        self.give_way(self._list, min(56 * max(1, len(self._rows)), 280), least=112)
        if had_focus and state.practice_id in self._rows:
            self._rows[state.practice_id].setFocus()

    def _press(self) -> None:
        self._presenter.switch(lambda: self.finish(True), self._reason.text())


class _Choices(QScrollArea):
    """The rows of practices, scrolled where there are many."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("practice.list")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        outer = Column(inside)
        self.rows = Column()
        outer.addLayout(self.rows)
        outer.addStretch(1)
        self.setWidget(inside)


def open_practice_switch(work: Workplace, shell: Shell) -> None:
    """Open the switch over the window."""
    del shell
    if work.session.practice is None or not isinstance(work.dialogs, WindowDialogs):
        return
    presenter = PracticeSwitchPresenter(
        work.session, work.navigation, work.connection, work.runner, lambda: work.actions.trigger("account")
    )
    sheet = PracticeSheet(presenter)
    work.dialogs.show(sheet, focus=sheet.first)
    presenter.start()
