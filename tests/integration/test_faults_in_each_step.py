"""Each of the five steps with its line lost, its screen locked, its session ended, its ground taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, update

from kinometric_desktop.app.match_search import DENIED
from kinometric_server.accounts.tables import user_practices
from kinometric_server.database import Actor
from kinometric_server.practices.tables import departments
from tests.integration.desk import Desk, workstation
from tests.kinometric_desktop.hygiene import (  # noqa: F401 - fixtures are found by name
    light_look,
    own_settings,
)
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import (  # noqa: F401 - fixtures are found by name
    ROSA_IN_ATHENA,
    AtWork,
    at_work,
    clinic_on_athena,
    ready_session,
    settings,
    standin,
    standin_process,
)
from tests.postgresql_programs import DATABASES

# What these tests look at is the workstation's; the server's own tests run on each database.
pytestmark = pytest.mark.parametrize("backend", DATABASES[:1], indirect=True)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(
    qtbot: QtBot,
    tmp_path: Path,
    base_url: str,
    at_work: AtWork,  # noqa: F811
    bob: Any,
) -> Iterator[Desk]:
    """Bob, who works in both practices, has signed in to practice A."""
    with at_work.server.database.writing_outside(Actor()) as unit:
        unit.execute(
            insert(user_practices).values(
                user_id=bob.user_id, practice_id=at_work.clinic.practice_b, role="clinician", is_default=False,
                department_id=at_work.clinic.elsewhere, created_at=at_work.server.clock(),
            )
        )  # fmt: skip
    with workstation(qtbot, tmp_path, base_url, at_work) as made:
        made.sign_in(bob.username)
        yield made


def text_of(desk: Desk, name: str) -> str:
    found = desk.wait(name)
    text = found.text() if isinstance(found, QLineEdit) else found.toPlainText()  # type: ignore[attr-defined]
    return str(text)


def unlock(desk: Desk) -> None:
    password = desk.wait("lock.form.password")
    assert "Prueba" not in desk.words()
    assert "PRUEBA" not in desk.words()
    QTest.keyClicks(password, PASSWORD)
    QTest.keyClick(password, Qt.Key.Key_Return)
    desk.until(lambda: desk.seen("lock.form.password") is None)
    desk.until_quiet()


def end_session(desk: Desk) -> None:
    """Let the server's session run out."""
    desk.at_work.server.clock.advance(minutes=20)


def stop_department(desk: Desk, key: str) -> None:
    """Somebody stops a department meanwhile."""
    with desk.at_work.server.database.writing(desk.at_work.worker_scope) as unit:
        unit.execute(
            update(departments)
            .where(departments.c.practice_id == desk.at_work.clinic.practice_a, departments.c.id == key)
            .values(is_active=False)
        )


def switch_practice(desk: Desk) -> None:
    """Ctrl+Shift+P, the other practice, Enter."""
    desk.press(Qt.Key.Key_P, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    other = desk.wait("practice.list.1")
    other.setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.click("practice.foot.switch")


def in_the_other_practice(desk: Desk) -> None:
    desk.until(lambda: desk.station.work.session.practice.practice_id == desk.at_work.clinic.practice_b)  # type: ignore[union-attr]
    desk.until_quiet()
    assert desk.station.work.navigation.screen == "worklist"
    assert desk.station.work.session.patient is None
    assert not [word for word in ("Prueba", "PRUEBA", "14620") if word in desk.words()]


# -- find ---------------------------------------------------------------------------------------------------------


def test_find_outlives_a_lost_line_a_lock_and_an_ended_session(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.press(Qt.Key.Key_F, CONTROL)
    desk.wait("find.form.text")
    desk.line.cut()
    desk.type("find.form.text", "prueba")
    desk.until(lambda: "[KW-101]" in desk.words())
    assert text_of(desk, "find.form.text") == "prueba"
    desk.line.mend()
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: desk.wait("find.foot.open").isEnabled())
    desk.press(Qt.Key.Key_L, CONTROL)
    unlock(desk)
    assert text_of(desk, "find.form.text") == "prueba"
    end_session(desk)
    desk.press(Qt.Key.Key_Return)
    unlock(desk)
    assert text_of(desk, "find.form.text") == "prueba"
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: desk.wait("find.foot.open").isEnabled())
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: desk.station.work.navigation.screen == "review")


def test_a_worklist_that_arrives_after_the_practice_was_switched_is_never_shown(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: "Prueba" in desk.words() or desk.station.work.navigation.screen == "worklist")
    desk.line.hold_answers()
    desk.press(Qt.Key.Key_F5)
    desk.press(Qt.Key.Key_P, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    desk.wait("practice.list.1").setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.click("practice.foot.switch")
    desk.line.release_answers()
    in_the_other_practice(desk)


# -- match --------------------------------------------------------------------------------------------------------


def at_the_match(desk: Desk, bob: Any) -> dict[str, Any]:
    patient = desk.at_work.patient(bob)
    session = desk.at_work.session(bob, patient)
    desk.open(session, "match")
    desk.wait("match.search.id", enabled=True)
    return session


def test_match_outlives_a_lost_line_a_lock_and_an_ended_session(desk: Desk, bob: Any) -> None:
    at_the_match(desk, bob)
    desk.line.cut()
    desk.type("match.search.id", ROSA_IN_ATHENA)
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: "[KW-101]" in desk.words())
    assert text_of(desk, "match.search.id") == ROSA_IN_ATHENA
    desk.line.mend()
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: desk.seen("shell.offline") is None)
    desk.press(Qt.Key.Key_L, CONTROL)
    unlock(desk)
    assert text_of(desk, "match.search.id") == ROSA_IN_ATHENA
    end_session(desk)
    desk.wait("match.search.id", enabled=True).setFocus()
    desk.press(Qt.Key.Key_Return)
    unlock(desk)
    assert text_of(desk, "match.search.id") == ROSA_IN_ATHENA
    desk.wait("match.search.id", enabled=True).setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: "Enter opens compare" in desk.words())
    desk.wait("match.candidates.list").setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: desk.seen("match.year") is not None)


def test_a_department_stopped_before_the_look_up_hides_the_record_and_says_why(desk: Desk, bob: Any) -> None:
    at_the_match(desk, bob)
    for key in (desk.at_work.clinic.physical_therapy, desk.at_work.clinic.eastside):
        stop_department(desk, key)
    desk.type("match.search.id", ROSA_IN_ATHENA)
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: DENIED in desk.words())
    assert "[KS-403D]" in desk.words()
    assert desk.seen("match.year") is None
    assert text_of(desk, "match.search.id") == ROSA_IN_ATHENA


def compared(desk: Desk, bob: Any) -> dict[str, Any]:
    session = at_the_match(desk, bob)
    desk.type("match.search.id", ROSA_IN_ATHENA)
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: "Enter opens compare" in desk.words())
    desk.until_quiet()
    desk.press(Qt.Key.Key_Return)
    desk.wait("match.year", enabled=True)
    return session


def test_a_department_stopped_while_records_are_compared_refuses_the_link_in_a_sentence(desk: Desk, bob: Any) -> None:
    session = compared(desk, bob)
    for key in (desk.at_work.clinic.physical_therapy, desk.at_work.clinic.eastside):
        stop_department(desk, key)
    QTest.keyClicks(desk.wait("match.year"), "1944")
    desk.wait("match.link", enabled=True)
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    desk.until(lambda: "[KS-403D]" in desk.words())
    stored = bob.get(f"/v1/patients/{session['patient']['patient_id']}").json()
    assert stored["link"] is None


def test_a_link_that_another_workstation_made_meanwhile_is_shown_instead(desk: Desk, bob: Any) -> None:
    session = compared(desk, bob)
    patient = bob.get(f"/v1/patients/{session['patient']['patient_id']}").json()
    assert desk.at_work.link(bob, patient, desk.at_work.chart(bob)).status_code == 200
    QTest.keyClicks(desk.wait("match.year"), "1944")
    desk.wait("match.link", enabled=True)
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    desk.until(lambda: desk.seen("match.linked.unlink") is not None)
    desk.until_quiet()
    assert "changed" in desk.words()


def test_a_candidate_that_arrives_after_the_practice_was_switched_is_never_shown(desk: Desk, bob: Any) -> None:
    at_the_match(desk, bob)
    desk.type("match.search.id", ROSA_IN_ATHENA)
    desk.line.hold_answers()
    desk.press(Qt.Key.Key_Return)
    switch_practice(desk)
    desk.line.release_answers()
    in_the_other_practice(desk)
    assert desk.seen("match.year") is None


# -- review -------------------------------------------------------------------------------------------------------


def at_the_review(desk: Desk, bob: Any) -> dict[str, Any]:
    session = desk.at_work.session(bob, desk.at_work.linked(bob))
    desk.open(session, "review")
    desk.wait("review.traces.LBEO")
    desk.wait("review.confirm", enabled=True)
    return session


def down_at(desk: Desk, seconds: str, reason: str) -> None:
    desk.press(Qt.Key.Key_D)
    desk.wait("review.hold.seconds")
    QTest.keyClick(desk.wait("review.hold.choice"), Qt.Key.Key_Left)
    field = desk.wait("review.hold.seconds", enabled=True)
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(field, seconds)
    desk.type("review.hold.reason", reason)


def test_a_hold_outlives_a_lost_line_a_lock_and_an_ended_session(desk: Desk, bob: Any) -> None:
    session = at_the_review(desk, bob)
    down_at(desk, "6.5", "Held the rail")
    desk.line.cut()
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: "What you typed is still here" in desk.words())
    desk.line.mend()
    desk.press(Qt.Key.Key_L, CONTROL)
    unlock(desk)
    end_session(desk)
    desk.wait("review.hold.reason").setFocus()
    desk.press(Qt.Key.Key_Return)
    unlock(desk)
    assert (text_of(desk, "review.hold.seconds"), text_of(desk, "review.hold.reason")) == ("6.5", "Held the rail")
    desk.wait("review.hold.reason").setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: desk.seen("review.hold.reason") is None)
    client = desk.station.work.connection.client
    stored = client.sessions.get(session["session_id"])
    trial = next(one for one in stored.trials if one.stance == "LBEO")
    assert (trial.hold_s, trial.held_full) == (6.5, False)


def test_a_session_that_arrives_after_the_practice_was_switched_is_never_shown(desk: Desk, bob: Any) -> None:
    at_the_review(desk, bob)
    desk.line.hold_answers()
    desk.press(Qt.Key.Key_F5)
    switch_practice(desk)
    desk.line.release_answers()
    in_the_other_practice(desk)
    assert desk.seen("review.traces.LBEO") is None


# -- report and upload --------------------------------------------------------------------------------------------


def at_the_report(desk: Desk, session: dict[str, Any]) -> None:
    desk.open(session, "report")
    desk.wait("report.upload", enabled=True)


def test_the_report_outlives_a_lost_line_a_lock_and_an_ended_session(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.line.cut()
    desk.station.work.navigation.go("worklist")
    desk.line.mend()
    at_the_report(desk, ready_session)
    desk.line.cut()
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: "[KW-101]" in desk.words())
    desk.line.mend()
    desk.press(Qt.Key.Key_F5)
    desk.wait("report.upload", enabled=True)
    desk.press(Qt.Key.Key_L, CONTROL)
    unlock(desk)
    desk.wait("report.upload", enabled=True)
    end_session(desk)
    desk.press(Qt.Key.Key_F5)
    unlock(desk)
    desk.press(Qt.Key.Key_F5)
    desk.wait("report.upload", enabled=True)


def test_a_department_stopped_before_the_upload_sends_nothing_and_says_why(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    at_the_report(desk, ready_session)
    for key in (desk.at_work.clinic.physical_therapy, desk.at_work.clinic.eastside):
        stop_department(desk, key)
    desk.press(Qt.Key.Key_F9)
    desk.until_quiet()
    assert desk.seen("report.confirm.upload") is None
    assert not desk.wait("report.upload").isEnabled()
    assert "[KS-403D]" in desk.words()
    assert "Department allowed" not in desk.words()
    assert "Ready to upload" not in desk.words()
    assert desk.at_work.documents() == []


def test_athenaone_that_does_not_answer_leaves_the_report_to_be_read_and_printed(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.at_work.faults({"method": "GET", "path": "*/patients/*", "status": 503})
    desk.open(ready_session, "report")
    desk.until(lambda: "athenaOne" in desk.words() and desk.seen("report.print") is not None)
    desk.until_quiet()
    assert desk.wait("report.print").isEnabled()
    assert not desk.wait("report.upload").isEnabled()
    assert "[KS-5" in desk.words()
    desk.at_work.faults()
    desk.press(Qt.Key.Key_F5)
    desk.wait("report.upload", enabled=True)


def confirming(desk: Desk, session: dict[str, Any]) -> QWidget:
    at_the_report(desk, session)
    desk.press(Qt.Key.Key_F9)
    desk.type("report.confirm.year", "1944")
    return desk.wait("report.confirm.upload", enabled=True)


def test_a_department_stopped_while_the_upload_is_confirmed_sends_nothing_and_says_why(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    upload = confirming(desk, ready_session)
    for key in (desk.at_work.clinic.physical_therapy, desk.at_work.clinic.eastside):
        stop_department(desk, key)
    QTest.mouseClick(upload, Qt.MouseButton.LeftButton)
    desk.until(lambda: "[KS-" in desk.words())
    while desk.at_work.work():
        pass
    assert desk.at_work.documents() == []
    assert "department" in desk.words().casefold()


@pytest.mark.parametrize("fault", [lambda desk: desk.press(Qt.Key.Key_L, CONTROL), end_session], ids=["lock", "ended"])
def test_an_upload_that_waits_for_its_word_is_asked_anew_after_a_lock_or_an_ended_session(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
    fault: Callable[[Desk], None],
) -> None:
    upload = confirming(desk, ready_session)
    fault(desk)
    if desk.seen("lock.form.password") is None:
        QTest.mouseClick(upload, Qt.MouseButton.LeftButton)
    unlock(desk)
    assert desk.seen("report.confirm.upload") is None
    assert desk.at_work.documents() == []
    desk.press(Qt.Key.Key_F9)
    desk.type("report.confirm.year", "1944")
    desk.click("report.confirm.upload")
    desk.until_quiet()
    while desk.at_work.work():
        pass
    desk.wait("report.document")
    assert len(desk.at_work.documents()) == 1


def test_a_practice_switched_while_the_report_is_made_leaves_no_page_of_it(
    desk: Desk,
    ready_session: dict[str, Any],  # noqa: F811
) -> None:
    desk.line.hold_answers()
    work = desk.station.work
    desk.line.release_answers()
    at_the_report(desk, ready_session)
    desk.line.hold_answers()
    desk.press(Qt.Key.Key_F5)
    switch_practice(desk)
    desk.line.release_answers()
    in_the_other_practice(desk)
    assert work.session.patient is None
    assert desk.seen("report.upload") is None
    assert QApplication.focusWidget() is not None
