"""The audit trail's filters and pages, incidents, the practice and its diagnostics, without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from kinometric.contract.errors import STALE
from kinometric.contract.practices import ChangePractice, Practice
from kinometric_desktop.app.admin_audit import PAGE, AuditPresenter
from kinometric_desktop.app.admin_practice import NO_ATHENA, SWITCH_OFF, PracticePresenter
from kinometric_desktop.app.audit_actions import ACTIONS
from kinometric_desktop.app.passing_clipboard import COPIED
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_server.uploads.states import Event
from tests.kinometric_desktop.clinic_admin import DIAGNOSIS, INCIDENTS, PRACTICE, SHEET, entry, furnished, page
from tests.kinometric_desktop.house import House


def auditing() -> tuple[AuditPresenter, House]:
    house = furnished(House()).work("admin")
    presenter = AuditPresenter(house.session, house.connection, house.runner, house.clock, house.dialogs)
    presenter.enter()
    return presenter, house


def test_the_newest_page_comes_first_with_people_and_incidents() -> None:
    presenter, _ = auditing()
    state = presenter.state
    assert [row.seq for row in state.rows[:2]] == [4999, 4998]
    assert len(state.rows) == PAGE
    assert state.more
    assert (state.head_seq, state.open_incidents) == (5000, 2)
    assert state.user_name("u-2") == "frontdesk"
    assert state.user_name("0123456789abcdef") == "01234567"
    assert state.user_name(None) == "–"


def test_the_following_page_is_added_below_without_a_double() -> None:
    presenter, house = auditing()
    presenter.load_more()
    assert house.server.practice.last("audit")[0].before_seq == 4800
    numbers = [row.seq for row in presenter.state.rows]
    assert numbers == list(range(4999, 4599, -1))
    house.server.practice.answers["audit"] = lambda query: page(3, 3)
    presenter.load_more()
    assert not presenter.state.more
    presenter.load_more()
    assert house.server.practice.names().count("audit") == 3


def test_every_filter_reaches_the_server_and_starts_at_the_newest_again() -> None:
    presenter, house = auditing()
    presenter.load_more()
    presenter.set_filter(user_id="u-2", action="sign_in", outcome="denied", object_id=" abc ")
    presenter.set_filter(from_day=date(2026, 11, 1), to_day=date(2026, 11, 2))
    asked = house.server.practice.last("audit")[0]
    assert (asked.user_id, asked.action, asked.outcome, asked.object_id) == ("u-2", "sign_in", "denied", "abc")
    assert (asked.from_day, asked.to_day, asked.before_seq) == (date(2026, 11, 1), date(2026, 11, 2), None)
    assert len(presenter.state.rows) == PAGE
    assert presenter.filter_words() == "from 01-Nov-2026, to 02-Nov-2026, 4 filters"
    count = len(house.server.practice.names())
    presenter.set_filter(user_id="u-2")
    assert len(house.server.practice.names()) == count
    presenter.clear_filter()
    assert house.server.practice.last("audit")[0].user_id is None
    assert presenter.filter_words() == ""


def test_the_actions_that_are_offered_are_those_that_the_server_writes(repository: Path) -> None:
    written = "\n".join(path.read_text("utf-8") for path in (repository / "kinometric_server").rglob("*.py"))
    composed = {f"upload_{event}" for event in get_args(Event)} | {"report_exported"}
    assert 'f"upload_{' in written
    assert 'f"report_{' in written
    missing = [one for one in ACTIONS if f'"{one}"' not in written and one not in composed]
    assert missing == []
    assert len(set(ACTIONS)) == len(ACTIONS)


def test_an_entry_is_shown_whole_and_empty_parts_are_left_out() -> None:
    presenter, _ = auditing()
    facts = dict(presenter.entry_facts(entry(4999)))
    assert facts["When"] == "02-Nov-2026 14:19:07"
    assert facts["Reason"] == "Setting it up"
    assert "Reason" not in dict(presenter.entry_facts(entry(4998)))


def test_incidents_are_read_in_their_own_view_and_acknowledged_with_a_note() -> None:
    presenter, house = auditing()
    presenter.choose_view("incidents")
    presenter.ask_acknowledge(INCIDENTS[2])
    presenter.ask_acknowledge(None)
    assert house.dialogs.open == []
    presenter.ask_acknowledge(INCIDENTS[0])
    question = house.dialogs.answer(text="Wrong number typed")
    assert question.asks_for
    assert question.needs_characters >= 3
    assert ("What", "A look-up in a department that is not allowed") in question.facts
    assert house.server.practice.last("acknowledge")[1].note == "Wrong number typed"
    assert presenter.state.open_incidents == 1
    assert presenter.state.done == "Acknowledged."


def test_an_incident_that_somebody_else_closed_is_said_and_read_again() -> None:
    presenter, house = auditing()
    presenter.choose_view("incidents")
    presenter.ask_acknowledge(INCIDENTS[0])
    refused = ServerError("KS-409S", "Somebody else has acknowledged this incident already.", status=409)
    closed = tuple(replace(one, acknowledged_at="2026-11-02T19:00:00+00:00") for one in INCIDENTS)
    house.server.practice.answers.update(acknowledge=refused, incidents=closed)
    house.dialogs.answer(text="Mine")
    assert presenter.state.problem is not None
    assert presenter.state.problem.sentence == "Somebody else has acknowledged this incident already."
    assert presenter.state.open_incidents == 0


def test_a_lost_line_empties_the_trail() -> None:
    presenter, house = auditing()
    house.server.practice.answers["audit"] = Unreachable("gone")
    presenter.refresh()
    assert presenter.state.rows == ()
    assert presenter.state.problem is not None
    assert presenter.state.problem.offline


def visiting(*, superadmin: bool = False, **answers: Any) -> tuple[PracticePresenter, House, list[object]]:
    house = furnished(House()).work("admin", superadmin=superadmin)
    house.server.practice.answers.update(answers)
    forms: list[object] = []
    presenter = PracticePresenter(
        house.session, house.connection, house.runner, house.dialogs, house.passing, forms.append
    )
    presenter.enter()
    return presenter, house, forms


def test_the_practice_and_its_connection_are_shown_without_the_secret() -> None:
    presenter, _, _ = visiting()
    lines = dict(presenter.state.lines)
    assert lines["Address"] == "12 Harbor Street, Springfield MD 00104"
    connection = dict(presenter.state.connection)
    assert connection["Environment"] == "preview"
    assert connection["Client secret"].endswith("never shown")
    bare, _, _ = visiting(scope=replace(SHEET, secret_set_at=None, client_id=None))
    assert dict(bare.state.connection)["Client secret"] == "Not set"


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (replace(SHEET, health_endpoints=False), SWITCH_OFF),
        (replace(SHEET, athena_environment="none"), NO_ATHENA),
    ],
)
def test_where_the_test_can_not_run_the_reason_stands_beside_it(sheet: Any, why: str) -> None:
    presenter, house, _ = visiting(scope=sheet)
    assert (presenter.state.can_test, presenter.state.why_not) == (False, why)
    presenter.test()
    assert "diagnose_athena" not in house.server.practice.names()


def test_the_diagnosis_says_what_failed_and_its_text_is_copied_for_a_minute() -> None:
    presenter, house, _ = visiting()
    presenter.copy_request()
    assert house.clipboard.puts == []
    presenter.test()
    assert presenter.state.diagnosis == DIAGNOSIS
    presenter.copy_request()
    assert house.clipboard.text == DIAGNOSIS.support_request
    assert presenter.state.done == COPIED
    house.timer.fire()
    assert house.clipboard.text == ""


def test_a_test_that_the_server_refuses_is_quoted() -> None:
    presenter, _, _ = visiting(diagnose_athena=ServerError("KS-403S", "This is switched off.", status=403))
    presenter.test()
    assert presenter.state.problem is not None
    assert (presenter.state.problem.sentence, presenter.state.testing) == ("This is switched off.", False)


def test_the_connection_is_a_superadmins_to_change() -> None:
    presenter, _, forms = visiting()
    presenter.open_connection()
    assert forms == []
    presenter, _, forms = visiting(superadmin=True)
    presenter.open_connection()
    assert len(forms) == 1


def test_name_and_address_are_changed_with_what_is_different_only() -> None:
    presenter, house, _ = visiting()
    form = presenter.form()
    assert form is not None
    form.set_value("phone", "(410) 555-0199")
    form.set_value("time_zone", "America/Chicago")
    form.save()
    assert house.server.practice.last("change")[0] == ChangePractice(4, phone="(410) 555-0199")
    assert form.state.saved
    untouched = presenter.form()
    assert untouched is not None
    untouched.save()
    assert house.server.practice.names().count("change") == 1


def test_a_superadmin_moves_the_time_zone_and_a_stale_form_tries_again() -> None:
    presenter, house, _ = visiting(superadmin=True)
    form = presenter.form()
    assert form is not None
    form.set_value("time_zone", "America/Chicago")
    stale = ServerError(STALE, "Somebody else changed this.", status=409)
    house.server.practice.answers.update(change=stale, get=replace(PRACTICE, version=7))
    form.save()
    assert form.state.problem is not None
    house.server.practice.answers["change"] = lambda sent: replace(PRACTICE, version=8)
    form.save()
    assert house.server.practice.last("change")[0] == ChangePractice(7, time_zone="America/Chicago")


def test_a_practice_is_closed_only_by_its_short_name_and_puts_the_superadmin_out() -> None:
    presenter, house, _ = visiting()
    presenter.ask_close()
    assert house.dialogs.open == []
    presenter, house, _ = visiting(superadmin=True)
    presenter.ask_close()
    question = house.dialogs.answer(text="harbor-stree!")
    assert "put out at once" in question.body
    assert "change_any" not in house.server.practice.names()
    assert presenter.state.problem is not None
    presenter.ask_close()
    house.dialogs.answer(text="harbor-street")
    practice_id, form = house.server.practice.last("change_any")
    assert (practice_id, form) == ("p-harbor", ChangePractice(4, is_active=False))
    assert house.session.state.me is None


def test_an_address_without_parts_reads_well() -> None:
    bare = Practice("p", "X", "x", "UTC", "", "", "", "", "", True, 1)
    presenter, _, _ = visiting(get=bare)
    assert dict(presenter.state.lines)["Address"] == "Not recorded"


def test_a_stale_address_sends_what_its_person_changed_and_leaves_what_the_other_did() -> None:
    presenter, house, _ = visiting()
    form = presenter.form()
    assert form is not None
    form.set_value("city", "Shelbyville")
    house.server.practice.answers.update(
        change=ServerError(STALE, "Somebody else changed this.", status=409),
        get=replace(PRACTICE, phone="(410) 555-0199", version=7),
    )
    form.save()
    assert (form.state.city, form.state.phone) == ("Shelbyville", "(410) 555-0199")
    house.server.practice.answers["change"] = lambda asked: replace(PRACTICE, version=8)
    form.save()
    assert house.server.practice.last("change")[0] == ChangePractice(7, city="Shelbyville")
