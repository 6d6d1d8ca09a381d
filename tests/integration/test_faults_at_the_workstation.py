"""Things go wrong at a real workstation, by keys and mouse, against the real server and athenaOne's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.app.problems import SESSION_ENDED
from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE
from kinometric_desktop.app.upload import NO_ANSWER
from tests.integration.desk import Desk, twice, workstation
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


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, base_url: str, at_work: AtWork, bob: Any) -> Iterator[Desk]:  # noqa: F811
    """Bob has signed in."""
    with workstation(qtbot, tmp_path, base_url, at_work) as made:
        made.sign_in(bob.username)
        yield made


def session_of(bob: Any, session: dict[str, Any]) -> dict[str, Any]:
    """The session as the server has it now."""
    return dict(bob.get(f"/v1/sessions/{session['session_id']}").json())


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
