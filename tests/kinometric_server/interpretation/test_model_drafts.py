"""A language model gets numbers alone, its text is checked, and it is nothing until a named person accepts it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kinometric_server.results.tables import test_sessions as sessions
from tests.kinometric_server.connected_clinic import AtWork, ok, refused
from tests.kinometric_server.interpretation.model_server import ModelServer, completion
from tests.kinometric_server.results.test_interpretation_accepted import words_of_report

KEY = "sk-key-of-this-model"


@pytest.fixture
def switched_on(people: Any, dave: Any, at_work: AtWork, model: ModelServer) -> dict[str, Any]:
    """The scope sheet after a superadmin has let practice A ask this model."""
    ok(dave.post("/v1/me/practice", {"practice_id": at_work.clinic.practice_a, "reason": "language model"}))
    version = ok(dave.get("/v1/practice/scope"))["version"]
    body = {"version": version, "interpretation_model": True, "model_address": model.address}
    return ok(dave.post("/v1/practice/scope", {**body, "model_name": "clinic-small", "model_key": KEY}))


@pytest.fixture
def measured(at_work: AtWork, bob: Any) -> dict[str, Any]:
    return at_work.confirmed(bob, at_work.session(bob, at_work.linked(bob)))


def ask(who: Any, view: dict[str, Any], **changes: Any) -> Any:
    body = {"interpretation_version": view["interpretation_version"], "source": "language_model", **changes}
    return who.post(f"/v1/sessions/{view['session_id']}/interpretation/draft", body)


def read(who: Any, view: dict[str, Any]) -> dict[str, Any]:
    return ok(who.get(f"/v1/sessions/{view['session_id']}"))


def accept(who: Any, view: dict[str, Any], text: str, **changes: Any) -> Any:
    body = {"interpretation_version": view["interpretation_version"], "text": text, "source": "language_model"}
    return who.post(f"/v1/sessions/{view['session_id']}/interpretation", {**body, **changes})


def good_text(view: dict[str, Any]) -> str:
    """A text that the check lets pass, unlike the one by rule."""
    return str(view["interpretation_draft"]).split(". ", 1)[1]


def test_a_model_s_draft_is_nothing_until_a_named_person_accepts_it(
    bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    text = good_text(measured)
    model.answer = completion(f"\n{text}\n", finish_reason="stop")
    drafted = ok(ask(bob, measured))
    assert drafted == {
        "source": "language_model",
        "text": text,
        "withheld": "",
        "interpretation_version": measured["interpretation_version"],
    }
    view = read(bob, measured)
    assert (view["language_model"], view["language_model_draft"]) == (True, text)
    assert (view["interpretation_text"], view["interpretation_accepted_by"]) == ("", None)
    assert "Drafted" not in words_of_report(bob, view)
    accepted = ok(accept(bob, view, text))
    assert (accepted["interpretation_accepted_by"], accepted["interpretation_source"]) == (
        "Dr. Robert Vance",
        "language_model",
    )
    assert accepted["language_model_draft"] == ""
    assert "Drafted by a language model from the numbers, accepted by Dr. Robert Vance" in words_of_report(
        bob, accepted
    )


def test_scores_alone_leave_the_house_and_nobody_s_identity(
    at_work: AtWork, bob: Any, switched_on: dict[str, Any], model: ModelServer
) -> None:
    canaries = {"lastname": "Quevedo-Canary", "firstname": "Zenobia", "middlename": "Ximena", "phone": "4105550177"}
    patient = at_work.patient(bob, **canaries, born="1944-09-23", zip="00177")
    view = at_work.session(bob, patient, ["LBEO", "RBEO"], device="Zenobia's phone")
    reason = "Zenobia Quevedo-Canary refused, born 09/23/1944"
    body = at_work.result(patient, "LBEC", view["session_id"], outcome="not_attempted", reason=reason)
    del body["recording_base64"]
    view = ok(bob.post("/v1/results", body), 201)
    ok(
        bob.post(
            f"/v1/sessions/{view['session_id']}/note",
            {"note_version": view["note_version"], "text": "Note about Zenobia"},
        )
    )
    ok(ask(bob, read(bob, view)))
    sent = f"{model.seen[0]['path']} {model.seen[0]['body'].decode()}"
    assert len(model.seen) == 1
    ids = (patient["patient_id"], view["session_id"], at_work.clinic.practice_a, bob.user_id, "990017")
    for secret in (
        *("Quevedo", "Zenobia", "Ximena", "Canary", "0177", "1944", "09/23", "2026", "refused", "Note", "bob", "Vance"),
        *("Harbor", "phone", *ids),
    ):
        assert secret.casefold() not in sent.casefold(), secret
    numbers = json.loads(model.question["messages"][1]["content"])
    assert [each["test"] for each in numbers["tests"]] == ["LBEO", "RBEO", "LBEC", "RBEC"]
    assert [each["score"] is None for each in numbers["tests"]] == [False, False, True, True]


def test_the_request_is_one_of_openai_s_form_with_the_key_in_its_header(
    bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    ok(ask(bob, measured))
    seen = model.seen[0]
    assert seen["path"] == "/v1/chat/completions"
    assert seen["headers"]["Authorization"] == f"Bearer {KEY}"
    assert seen["headers"]["Content-Type"] == "application/json"
    assert model.question["model"] == "clinic-small"
    assert [each["role"] for each in model.question["messages"]] == ["system", "user"]
    assert set(model.question) == {"model", "messages", "stream"}


def test_a_text_that_the_check_withholds_is_never_kept_and_its_reason_is_told(
    bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    for wrong, reason in (
        ("LBEO: score 7.7 of 10.", "a number that is not in the table"),
        ("LBEO is normal.", "“normal”"),
        ("Prueba held LBEO.", "names a person"),
        ("LBEO was held. " * 400, "longer than"),
    ):
        model.answer = completion(wrong)
        drafted = ok(ask(bob, measured))
        assert drafted["text"] == ""
        assert drafted["withheld"].startswith("Drafted text withheld: ")
        assert reason in drafted["withheld"]
    view = read(bob, measured)
    assert view["language_model_draft"] == ""
    refused(accept(bob, view, good_text(view)), 409, "KS-409S")


def test_an_accepted_text_is_checked_again_after_a_person_edited_it(
    bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    model.answer = completion(good_text(measured))
    ok(ask(bob, measured))
    refused(accept(bob, measured, "LBEO: score 7.7 of 10."), 422, "KS-422")


def test_an_answer_that_is_no_text_is_one_sentence_and_the_session_stays_as_it_is(
    bob: Any,
    switched_on: dict[str, Any],
    measured: dict[str, Any],
    model: ModelServer,
    audited: Callable[..., list[tuple[str, str, str]]],
) -> None:
    model.status, model.answer = 500, {"error": {"message": "Zenobia"}}
    said = refused(ask(bob, measured), 503, "KS-503M")
    assert said == "The language model gave no draft. The draft by rule is still there."
    assert read(bob, measured)["interpretation_version"] == measured["interpretation_version"]
    assert [outcome for _, outcome, _ in audited("interpretation_model_answered")] == ["failed"]
    model.status, model.headers = 429, {"Retry-After": "7"}
    answer = ask(bob, measured)
    refused(answer, 503, "KS-503M")
    assert answer.json()["retry_after"] == 7


def test_numbers_that_change_while_the_model_writes_drop_its_text(
    at_work: AtWork, bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    trial = measured["trials"][1]
    body = {"version": trial["version"], "outcome": "supported", "reason": "held by the arm"}
    model.meanwhile = lambda: ok(bob.post(f"/v1/trials/{trial['trial_id']}/outcome", body))
    refused(ask(bob, measured), 409, "KS-409")
    assert read(bob, measured)["language_model_draft"] == ""


def test_a_changed_hold_takes_the_waiting_draft_away(
    bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    model.answer = completion(good_text(measured))
    ok(ask(bob, measured))
    trial = measured["trials"][1]
    body = {"version": trial["version"], "held_full": False, "hold_s": 5.0, "reason": "touched the rail"}
    ok(bob.post(f"/v1/trials/{trial['trial_id']}/hold", body))
    assert read(bob, measured)["language_model_draft"] == ""
    refused(ask(bob, measured), 409, "KS-409")


def test_with_the_switch_off_no_model_is_ever_asked(
    bob: Any, dave: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    off = {"version": switched_on["version"], "interpretation_model": False}
    ok(dave.post("/v1/practice/scope", off))
    refused(ask(bob, measured), 403, "KS-403S")
    assert read(bob, measured)["language_model"] is False
    assert model.seen == []


def test_the_draft_by_rule_comes_by_the_same_call_and_asks_nobody(
    bob: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    drafted = ok(ask(bob, measured, source="template"))
    assert drafted["text"] == measured["interpretation_draft"]
    assert model.seen == []


def test_an_upload_never_waits_for_a_model(
    at_work: AtWork, bob: Any, switched_on: dict[str, Any], ready_session: dict[str, Any], model: ModelServer
) -> None:
    upload = at_work.queued(bob, ready_session)
    at_work.work()
    assert at_work.state(bob, upload)["state"] == "filed"
    assert model.seen == []


def test_asking_is_audited_with_model_and_host_before_anything_leaves(
    bob: Any,
    switched_on: dict[str, Any],
    measured: dict[str, Any],
    model: ModelServer,
    audited: Callable[..., list[tuple[str, str, str]]],
) -> None:
    asked: list[int] = []
    model.meanwhile = lambda: asked.append(len(audited("interpretation_model_asked")))
    ok(ask(bob, measured))
    assert asked == [1]
    assert audited("interpretation_model_answered") == [
        ("interpretation_model_answered", "success", measured["session_id"])
    ]


def test_front_desk_readers_and_strangers_have_nothing_drafted(
    erin: Any, frank: Any, charlie: Any, switched_on: dict[str, Any], measured: dict[str, Any], model: ModelServer
) -> None:
    refused(ask(erin, measured), 403, "KS-403")
    refused(ask(frank, measured), 403, "KS-403R")
    refused(ask(charlie, measured), 404, "KS-404")
    assert model.seen == []


def test_neither_key_nor_draft_nor_name_lies_open_in_what_the_server_keeps(
    at_work: AtWork, bob: Any, switched_on: dict[str, Any], model: ModelServer
) -> None:
    patient = at_work.patient(bob, lastname="Quevedo", firstname="Zenobia")
    view = at_work.confirmed(bob, at_work.session(bob, patient))
    text = good_text(view)
    model.answer = completion(text)
    ok(ask(bob, view))
    model.status, model.answer = 500, {"error": "Zenobia Quevedo"}
    refused(ask(bob, view), 503, "KS-503M")
    settings = at_work.server.settings
    kept = [path for folder in (settings.data, settings.logs) for path in folder.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        content = path.read_bytes()
        assert KEY.encode() not in content, path
        assert text[:40].encode() not in content, path
        if path.is_relative_to(settings.logs):
            assert b"Zenobia" not in content, path
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        row = unit.one(select(sessions).where(sessions.c.practice_id == unit.practice_id))
    assert text[:40].encode() not in row.interpretation_draft_sealed
