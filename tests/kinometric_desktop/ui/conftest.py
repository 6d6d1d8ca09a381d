"""A shell with real pages over a server that answers what a test lays out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kinometric.contract.patients import PatientList, Worklist
from kinometric.contract.practices import AthenaDepartmentPage, AuditPage, AuditRow, Departments
from kinometric.contract.uploads import UploadList
from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.lock import LockPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.client.errors import ServerError
from kinometric_desktop.ui.admin import screen as admin_screen
from kinometric_desktop.ui.departments import screen as departments_screen
from kinometric_desktop.ui.help import screen as help_screen
from kinometric_desktop.ui.shell.everywhere import everywhere_actions
from kinometric_desktop.ui.shell.first_window import MainWindow
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.uploads import screen as uploads_screen
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from kinometric_desktop.ui.worklist import screen as worklist_screen
from tests.kinometric_desktop.house import (
    NOW,
    TODAY,
    House,
    athena_department,
    department,
    linked,
    patient,
    row,
    upload,
)

ROWS = (
    row("s-1", next_step="match"),
    row(
        "s-2",
        patient("p-2", lastname="Sample", firstname="James", suffix="Jr", middlename="", similar_names=1),
        level=None,
    ),
    row("s-3", patient("p-3", lastname="Van de Proef", link=linked("60200")), next_step="filed", upload_state="filed"),
    row(
        "s-4", patient("p-4", lastname="Prueba"), next_step="problem", upload_state="outcome_unknown", level="critical"
    ),
)
UPLOADS = (
    upload("up-1", session_id="s-4"),
    upload("up-2", state="filed", document_id="88231", code=None),
    upload("up-3", state="queued", tries=2, next_try_at=NOW.isoformat()),
    upload("up-4", state="sending", step="sending"),
    upload("up-5", state="rejected", code="KS-422"),
    upload("up-6", state="abandoned"),
)


@dataclass
class Station:
    """A shell in its window, with everything a test wants to touch."""

    window: MainWindow
    shell: Shell
    work: Workplace
    house: House
    dialogs: WindowDialogs
    lock: LockPresenter

    def find(self, name: str) -> QWidget:
        """The visible widget of this name."""
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        assert found, f"no visible widget is called {name}"
        return found[0]

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.shell, key, modifier)

    def enter(self, role: str = "admin", **more: object) -> None:
        """Sign in and go to the worklist."""
        self.house.work(role, **more)


@pytest.fixture
def make_station(qapp: QApplication) -> Iterator[Callable[..., Station]]:
    """Make stations, and take them down in order."""
    made: list[Station] = []

    def make(house: House | None = None) -> Station:
        house = house or House()
        server = house.server
        server.patients.answers.update(
            worklist=Worklist(TODAY, ROWS, NOW.isoformat()), search=PatientList((patient(),), more=False), sessions=()
        )
        eastside = department(
            "d-e", athena_department_id="3", name="Eastside PT", is_mine=False, is_practice_default=False
        )
        listed = tuple(athena_department(str(number), f"Department {number}") for number in range(1, 8))
        server.departments.answers.update(
            list=Departments((department(), eastside), NOW.isoformat()),
            athena_page=AthenaDepartmentPage(listed, 0, None, 7),
        )
        server.uploads.answers["list"] = UploadList(UPLOADS, {"filed": 1, "outcome_unknown": 1}, 1)
        server.accounts.answers.update(users=())
        server.sessions.answers["get"] = ServerError("KS-404", "This session is not there.")
        entry = AuditRow(7, NOW.isoformat(), "u-1", "worklist_read", "practice", "p", "success", "127.0.0.1", "r")
        server.practice.answers.update(audit=AuditPage((entry,), 7, "mac"))
        window = MainWindow()
        shells: list[Shell] = []
        dialogs = WindowDialogs(lambda: shells[0])
        work = Workplace(
            house.session, house.navigation, ActionRegistry(), house.connection, house.runner, house.clock,
            house.timer, dialogs, house.settings, house.printer, None, house.keys, house.passing,  # type: ignore[arg-type]
        )  # fmt: skip
        lock = LockPresenter(house.session, house.connection, house.runner, house.clock, house.timer)
        work.actions.add_all(everywhere_actions(work, lock, lambda: shells[0]))
        shell = Shell(work, dialogs)
        shells.append(shell)
        shell.register_page("sign_in", QWidget)
        for screen in (worklist_screen, departments_screen, uploads_screen, admin_screen, help_screen):
            screen.register(shell, work)
        window.setCentralWidget(shell)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        station = Station(window, shell, work, house, dialogs, lock)
        made.append(station)
        return station

    yield make
    for station in made:
        station.dialogs.cancel_all()
        station.shell.close_pages()
        station.lock.close()
        station.window.close()
        station.window.deleteLater()


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    """An administrator at the worklist."""
    made = make_station()
    made.enter()
    return made
