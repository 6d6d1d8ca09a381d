"""Things go wrong at a real workstation, by keys and mouse, against the real server and athenaOne's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
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
from kinometric_desktop.app.problems import SESSION_ENDED
from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE
from kinometric_desktop.app.upload import NO_ANSWER
from kinometric_desktop.composition import Workstation, compose
from kinometric_desktop.ui.shell.first_window import MainWindow
from tests.integration.line import Line
from tests.kinometric_desktop.hygiene import (  # noqa: F401 - fixtures are found by name
    light_look,
    own_settings,
)
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import (  # noqa: F401 - fixtures are found by name
    AtWork,
    at_work,
    clinic_on_athena,
    ready_session,
    settings,
    standin,
    standin_process,
)

WAIT_MS = 20_000


@dataclass
class Desk:
    """Bob's workstation in its window, and the line to the server."""

    qtbot: QtBot
    window: MainWindow
    station: Workstation
    line: Line
    at_work: AtWork

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

    def sign_in(self, username: str) -> None:
        """Sign in on the first screen."""
        self.until(lambda: self.station.sign_in.state.connected)
        self.type("sign_in.form.user", username)
        self.type("sign_in.form.password", PASSWORD)
        self.press(Qt.Key.Key_Return)
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


@pytest.fixture
def desk(
    qtbot: QtBot,
    tmp_path: Path,
    base_url: str,
    at_work: AtWork,  # noqa: F811
    bob: Any,
) -> Iterator[Desk]:
    """Bob has signed in."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    with Line(base_url) as line:
        station = compose(window, line.url, tmp_path / "workstation.ini")
        made = Desk(qtbot, window, station, line, at_work)
        made.sign_in(bob.username)
        yield made
        station.close()


def session_of(bob: Any, session: dict[str, Any]) -> dict[str, Any]:
    """The session as the server has it now."""
    return dict(bob.get(f"/v1/sessions/{session['session_id']}").json())


def twice(button: QWidget) -> None:
    """Click a button two times, faster than anything can answer."""
    for _ in range(2):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write_note(desk: Desk, text: str) -> QWidget:
    """Open the note by its key, type, and press Ctrl+Enter."""
    desk.wait("review.traces.LBEO")
    desk.wait("review.note", enabled=True)
    desk.press(Qt.Key.Key_N)
    editor = desk.wait("review.note_sheet.text")
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    return editor


def test_a_note_outlives_a_server_that_is_gone(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
    bob: Any,
) -> None:
    desk.open(ready_session, "review")
    desk.wait("review.traces.LBEO")
    desk.line.cut()
    editor = write_note(desk, "Wears a brace.")
    desk.until(lambda: "[KW-101]" in desk.words())
    assert editor.isVisible()
    assert desk.wait("shell.offline").isVisible()
    desk.line.mend()
    desk.until(lambda: not desk.wait("review.note_sheet.act").busy)  # type: ignore[attr-defined]
    assert editor.toPlainText() == "Wears a brace."  # type: ignore[attr-defined]
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.seen("review.note_sheet.text") is None)
    assert session_of(bob, ready_session)["note"] == "Wears a brace."


def test_a_note_outlives_a_session_that_ended_on_the_server(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
    bob: Any,
) -> None:
    desk.open(ready_session, "review")
    desk.wait("review.traces.LBEO")
    desk.at_work.server.clock.advance(minutes=20)  # type: ignore[attr-defined]
    editor = write_note(desk, "Left knee.")
    password = desk.wait("lock.form.password")
    assert "Your session ended on the server. Your unsent note is kept" in desk.words()
    assert "Prueba" not in desk.words()
    assert not editor.isVisible()
    QTest.keyClicks(password, PASSWORD)
    QTest.keyClick(password, Qt.Key.Key_Return)
    desk.until(editor.isVisible)
    assert editor.toPlainText() == "Left knee."  # type: ignore[attr-defined]
    assert SESSION_ENDED in desk.words()
    desk.until(lambda: not desk.wait("review.note_sheet.act").busy)  # type: ignore[attr-defined]
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.seen("review.note_sheet.text") is None)
    stored = desk.station.work.connection.client.sessions.get(ready_session["session_id"])
    assert stored.note == "Left knee."


def test_a_hold_that_another_workstation_confirmed_is_read_again_and_said(
    desk: Desk,
    at_work: AtWork,  # noqa: F811
    bob: Any,
) -> None:
    session = at_work.session(bob, at_work.linked(bob))
    desk.open(session, "review")
    desk.wait("review.traces.LBEO")
    desk.wait("review.confirm", enabled=True)
    at_work.confirmed(bob, session)
    desk.press(Qt.Key.Key_H)
    desk.until(lambda: CHANGED_ELSEWHERE in desk.words())
    desk.wait("review.stamp", enabled=True)


def test_a_lost_answer_and_a_double_click_file_one_document(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.open(ready_session, "report")
    desk.wait("report.upload", enabled=True)
    desk.press(Qt.Key.Key_F9)
    desk.type("report.confirm.year", "1944")
    upload = desk.wait("report.confirm.upload", enabled=True)
    desk.line.lose_next_answer()
    twice(upload)
    desk.until(lambda: NO_ANSWER in desk.words())
    twice(desk.wait("report.sending.again"))
    desk.until(lambda: NO_ANSWER not in desk.words())
    while desk.at_work.work():
        pass
    desk.wait("report.document")
    assert len(desk.at_work.documents()) == 1
    number = desk.wait("report.document").text()  # type: ignore[attr-defined]
    assert number
    assert number in str(desk.at_work.documents()[0])


def test_a_report_that_another_workstation_ordered_meanwhile_is_followed(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
    bob: Any,
) -> None:
    desk.open(ready_session, "report")
    desk.wait("report.upload", enabled=True)
    desk.press(Qt.Key.Key_F9)
    desk.type("report.confirm.year", "1944")
    desk.wait("report.confirm.upload", enabled=True)
    desk.at_work.queued(bob, ready_session)
    desk.click("report.confirm.upload")
    desk.until(lambda: "ordered before" in desk.words())
    while desk.at_work.work():
        pass
    desk.wait("report.document")
    assert len(desk.at_work.documents()) == 1


def test_athenaone_gone_at_the_check_says_that_nothing_was_sent(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.open(ready_session, "report")
    desk.wait("report.upload", enabled=True)
    desk.at_work.faults({"method": "GET", "path": "*/patients/*", "status": 503})
    desk.press(Qt.Key.Key_F9)
    desk.until(lambda: "[KS-5" in desk.words() or ("athenaOne" in desk.words() and desk.seen("report.confirm") is None))
    assert desk.seen("report.confirm.upload") is None
    assert desk.at_work.documents() == []
