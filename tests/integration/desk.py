"""A real workstation in its window, used by keys and mouse, with a line to the server that a test can cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError as NotInTime
from pytestqt.qtbot import QtBot

from kinometric.contract.patients import Patient
from kinometric_desktop.composition import Workstation, compose
from kinometric_desktop.ui.shell.first_window import MainWindow
from tests.integration.line import Line
from tests.kinometric_server.conftest import PASSWORD

WAIT_MS = 20_000


@dataclass
class Desk:
    """A workstation in its window, and the line to the server."""

    qtbot: QtBot
    window: MainWindow
    station: Workstation
    line: Line
    at_work: Any = None

    def seen(self, name: str) -> QWidget | None:
        """The visible widget of this name."""
        return next((one for one in self.window.findChildren(QWidget, name) if one.isVisible()), None)

    def wait(self, name: str, *, enabled: bool = False) -> QWidget:
        """Wait until a widget is seen, or can be used."""
        self.until(lambda: (one := self.seen(name)) is not None and (one.isEnabled() or not enabled))
        found = self.seen(name)
        assert found is not None
        return found

    def until(self, condition: Any) -> None:
        """Let the window work until something holds."""
        try:
            self.qtbot.waitUntil(condition, timeout=WAIT_MS)
        except NotInTime:
            pytest.fail(f"this did not come about; the window says: {self.words()}")

    def until_quiet(self) -> None:
        """Let the window work until nothing is asked of the server any more."""
        self.until(lambda: self.station._threads.idle)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def click(self, name: str) -> None:
        """Click a button as soon as it can be pressed."""
        QTest.mouseClick(self.wait(name, enabled=True), Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Type into a field."""
        field = self.wait(name, enabled=True)
        field.setFocus()
        QTest.keyClicks(field, text)

    def words(self) -> str:
        """Everything that can be read in the window now."""
        seen = [one for one in self.window.findChildren(QWidget) if one.isVisible()]
        return " | ".join(str(one.text()) for one in seen if callable(getattr(one, "text", None)))

    def sign_in(self, username: str, reason: str = "") -> None:
        """Sign in on the first screen; a superadmin types why they enter the practice."""
        self.until(lambda: self.station.sign_in.state.connected)
        self.type("sign_in.form.user", username)
        self.type("sign_in.form.password", PASSWORD)
        self.press(Qt.Key.Key_Return)
        if reason:
            self.type("sign_in.practice.reason", reason)
        self.until(self._at_work)

    def _at_work(self) -> bool:
        """Press Open worklist as soon as that can be done; True when the worklist is there."""
        button = self.seen("sign_in.practice.open")
        if button is not None and button.isEnabled():
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return self.station.work.navigation.screen == "worklist"

    def open(self, session: dict[str, Any], screen: str) -> None:
        """Open a session's patient on a screen."""
        work = self.station.work
        record = work.connection.client.patients.get(session["patient"]["patient_id"])
        assert isinstance(record, Patient)
        work.session.open_patient(record, session["session_id"])
        work.navigation.go(screen)  # type: ignore[arg-type]


@contextmanager
def workstation(qtbot: QtBot, folder: Path, base_url: str, at_work: Any = None) -> Iterator[Desk]:
    """Start a workstation whose settings are in a folder."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    with Line(base_url) as line:
        station = compose(window, line.url, folder / "workstation.ini")
        yield Desk(qtbot, window, station, line, at_work)
        station.close()


def twice(button: QWidget) -> None:
    """Click a button two times, faster than anything can answer."""
    for _ in range(2):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
