"""The trend beside a session and in its report: reviewed sessions of this patient, and what may be said of a change."""

from __future__ import annotations

import argparse
import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import insert, select, update

from kinometric.scoring.trend import MeasurementError, write_measurement_error
from kinometric.scoring.values import ENGINE_VERSION
from kinometric_server.database import Actor, new_key
from kinometric_server.errors import BadInputError
from kinometric_server.operations.commands import admin
from kinometric_server.results.history import TREND_SESSIONS, measurement_error, set_measurement_error
from kinometric_server.results.tables import test_sessions
from tests.kinometric_server.connected_clinic import AtWork, ok

ERROR = MeasurementError(1.5, 40, 20, ENGINE_VERSION)


def words_of(preview: dict[str, Any]) -> str:
    """Return the words of a previewed report's first page."""
    document = pypdfium2.PdfDocument(io.BytesIO(base64.b64decode(preview["pdf_base64"])))
    try:
        text = document[0].get_textpage()
        words = " ".join(text.get_text_range().split())
        text.close()
        return words
    finally:
        document.close()


@pytest.fixture
def earlier(at_work: AtWork, bob: Any) -> dict[str, Any]:
    """A linked patient's first session, not reviewed yet."""
    return at_work.session(bob, at_work.linked(bob))


def later(at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]) -> dict[str, Any]:
    """Another session of the same patient, five minutes on."""
    clock.advance(minutes=5)
    return at_work.session(bob, earlier["patient"], ["LBEO"])


def test_only_reviewed_sessions_are_history(at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]) -> None:
    assert earlier["trend"] == []
    assert earlier["trend_sentence"] == "This is the first session of this patient."
    second = later(at_work, bob, clock, earlier)
    assert second["trend"] == []
    assert second["trend_sentence"] == "1 earlier session is not reviewed and left out."
    assert "1 earlier session is not reviewed" not in words_of(at_work.preview(bob, earlier))
    at_work.reviewed(bob, at_work.confirmed(bob, earlier))
    second = ok(bob.get(f"/v1/sessions/{second['session_id']}"))
    assert [each["session_id"] for each in second["trend"]] == [earlier["session_id"]]
    assert second["trend_sentence"].startswith("One earlier session. Measurement error not established")
    assert second["measurement_error_points"] is None
    listed = ok(bob.get(f"/v1/patients/{earlier['patient']['patient_id']}/sessions"))
    assert [each["session_id"] for each in listed] == [earlier["session_id"], second["session_id"]]


def test_a_session_whose_review_was_voided_is_no_history_any_more(
    at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]
) -> None:
    reviewed = at_work.reviewed(bob, at_work.confirmed(bob, earlier))
    second = later(at_work, bob, clock, earlier)
    assert len(second["trend"]) == 1
    trial = reviewed["trials"][0]
    hold = {"version": trial["version"], "held_full": False, "hold_s": 7.0, "reason": "seen on video"}
    ok(bob.post(f"/v1/trials/{trial['trial_id']}/hold", hold))
    assert ok(bob.get(f"/v1/sessions/{second['session_id']}"))["trend"] == []


def test_another_patient_s_sessions_are_not_in_the_trend(
    at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]
) -> None:
    at_work.reviewed(bob, at_work.confirmed(bob, earlier))
    clock.advance(minutes=5)
    other = at_work.session(bob, at_work.patient(bob, firstname="Anna", lastname="Otra"), ["LBEO"])
    assert other["trend"] == []


def test_the_report_draws_up_to_sixty_sessions_and_the_workstation_gets_the_same(
    at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]
) -> None:
    at_work.reviewed(bob, at_work.confirmed(bob, earlier))
    second = later(at_work, bob, clock, earlier)
    database = at_work.server.database
    with database.writing(at_work.worker_scope) as unit:
        mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == earlier["session_id"])
        row = unit.one(select(test_sessions).where(mine))
        for number in range(70):
            values = {**row._mapping, "id": new_key(), "tested_at": row.tested_at - timedelta(days=number + 1)}
            unit.execute(insert(test_sessions).values(values))
    second = ok(bob.get(f"/v1/sessions/{second['session_id']}"))
    assert len(second["trend"]) == TREND_SESSIONS - 1
    moments = [each["tested_at"] for each in second["trend"]]
    assert moments == sorted(moments)
    assert second["trend"][-1]["session_id"] == earlier["session_id"]
    assert "last 6 of 60 sessions" in words_of(at_work.preview(bob, second))


def test_a_known_error_is_said_by_the_session_and_printed(
    at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]
) -> None:
    at_work.reviewed(bob, at_work.confirmed(bob, earlier))
    second = later(at_work, bob, clock, earlier)
    assert "Measurement error not established." in words_of(at_work.preview(bob, second))
    with at_work.server.database.writing_outside(Actor(ip="console")) as unit:
        set_measurement_error(unit, ERROR)
    second = ok(bob.get(f"/v1/sessions/{second['session_id']}"))
    assert second["measurement_error_points"] == 1.5
    assert "Smaller than the measurement error of 1.5 points." in second["trend_sentence"]
    words = words_of(at_work.preview(bob, second))
    assert "Smaller than the measurement error of 1.5 points." in words
    assert "not established" not in words


def test_an_error_of_another_engine_is_as_none(at_work: AtWork, bob: Any, earlier: dict[str, Any]) -> None:
    other = MeasurementError(1.5, 40, 20, "0.1")
    with at_work.server.database.writing_outside(Actor(ip="console")) as unit:
        set_measurement_error(unit, other)
        assert measurement_error(unit) is None
    assert ok(bob.get(f"/v1/sessions/{earlier['session_id']}"))["measurement_error_points"] is None


def test_the_error_is_set_replaced_and_taken_back_with_an_audit_entry_each(server: Any, audited: Any) -> None:
    database = server.database
    for error in (ERROR, MeasurementError(0.9, 60, 30, ENGINE_VERSION), None):
        with database.writing_outside(Actor(ip="console")) as unit:
            set_measurement_error(unit, error)
        with database.reading_outside(Actor()) as unit:
            assert measurement_error(unit) == error
    assert len(audited("measurement_error_set")) == 3


def test_a_session_without_reviewed_scores_keeps_its_trend_when_summaries_are_old(
    at_work: AtWork, bob: Any, clock: Any, earlier: dict[str, Any]
) -> None:
    at_work.reviewed(bob, at_work.confirmed(bob, earlier))
    with at_work.server.database.writing(at_work.worker_scope) as unit:
        mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == earlier["session_id"])
        unit.execute(update(test_sessions).where(mine).values(summary={}))
    second = later(at_work, bob, clock, earlier)
    assert second["trend"][0]["scores"] == {}
    assert "Trend: this is the first scored session." in words_of(at_work.preview(bob, second))


def test_a_corrected_report_says_what_it_replaces(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> None:
    first = at_work.preview(bob, ready_session)
    assert "CORRECTED" not in words_of(first)
    upload = at_work.queued(bob, ready_session)
    at_work.work()
    document = at_work.state(bob, upload)["document_id"]
    assert document
    trial = ready_session["trials"][0]
    hold = {"version": trial["version"], "held_full": False, "hold_s": 7.0, "reason": "seen on video"}
    view = at_work.reviewed(bob, ok(bob.post(f"/v1/trials/{trial['trial_id']}/hold", hold)))
    words = words_of(at_work.preview(bob, view))
    assert "CORRECTED REPORT 1. Replaces the report of this test filed " in words
    assert f"as athenaOne document {document}." in words
    assert "Corrected report 1 · Page 1 of 2" in words


NO_ERRORS = {
    None: "cannot be read",
    "{}": "does not hold a measurement error",
    '{"mdc95_score": 1.5, "pairs": 40, "people": 20, "engine": "0.1"}': "measured with engine 0.1",
    '{"mdc95_score": 1.5, "pairs": 4, "people": 2, "engine": "1.0.0"}': "too few",
}


def test_a_file_that_holds_no_error_of_this_engine_is_refused_in_a_sentence(server: Any, tmp_path: Path) -> None:
    path = tmp_path / "error.json"
    with server.database.writing_outside(Actor(ip="console")) as unit:
        for text, said in NO_ERRORS.items():
            if text is not None:
                path.write_text(text)
            with pytest.raises(BadInputError, match=said):
                admin._set_error(server, unit, argparse.Namespace(file=path))
            assert measurement_error(unit) is None
        write_measurement_error(path, ERROR)
        assert admin._set_error(server, unit, argparse.Namespace(file=path)).endswith("1.5 points now.")
        assert measurement_error(unit) == ERROR
        admin._set_error(server, unit, argparse.Namespace(file=None))
        assert measurement_error(unit) is None
