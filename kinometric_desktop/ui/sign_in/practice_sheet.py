"""Switching the practice or the department without signing out: the open patient is closed first."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup

from kinometric_desktop.app.practice_switch import PracticeSwitchPresenter, PracticeSwitchState
from kinometric_desktop.app.sign_in import practice_note
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.sign_in.screen import ROLE_WORDS
from kinometric_desktop.ui.theme.spacing import Column
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import RadioRow
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, Select
from kinometric_desktop.ui.widgets.text import Text


class PracticeSheet(Sheet):
    """The person's practices, and the departments of the one they work in."""

    def __init__(self, presenter: PracticeSwitchPresenter) -> None:
        super().__init__("practice", "Where are you working?", width=520)
        self._presenter = presenter
        self.body.addWidget(
            Text("Switching closes the open patient and clears every list.", "body", "text-2", wrap=True)
        )
        rows = Column()
        self._group = QButtonGroup(self)
        self._rows: dict[str, RadioRow] = {}
        practices = presenter.state.practices
        for place, practice in enumerate(practices):
            row = RadioRow(
                practice.practice_name,
                practice_note(practice),
                f"practice.list.{place}",
                badge=ROLE_WORDS[practice.role],
                first=place == 0,
                last=place == len(practices) - 1,
            )
            row.clicked.connect(lambda _=False, one=practice.practice_id: presenter.choose_practice(one))
            self._group.addButton(row)
            self._rows[practice.practice_id] = row
            rows.addWidget(row)
        self.body.addLayout(rows)
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
        self._switch.clicked.connect(lambda: presenter.switch(lambda: self.finish(True)))
        self.footer.addWidget(cancel)
        self.footer.addWidget(self._switch)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)
        self.first = self._rows.get(presenter.state.practice_id, cancel)

    def render_state(self, state: PracticeSwitchState) -> None:
        """Show a state."""
        for practice_id, row in self._rows.items():
            row.setChecked(practice_id == state.practice_id)
        self._department.set_choices([(one.department_id, one.words) for one in state.departments], state.department_id)
        self._field.setVisible(bool(state.departments))
        self._switch.set_busy(state.busy)
        problem = state.problem
        self._error.say("" if problem is None else f"{problem.sentence} [{problem.code}]")
        self.fit()


def open_practice_switch(work: Workplace, shell: Shell) -> None:
    """Open the switch over the window."""
    del shell
    if work.session.practice is None or not isinstance(work.dialogs, WindowDialogs):
        return
    presenter = PracticeSwitchPresenter(work.session, work.navigation, work.connection, work.runner)
    sheet = PracticeSheet(presenter)
    work.dialogs.show(sheet, focus=sheet.first)
    presenter.start()
