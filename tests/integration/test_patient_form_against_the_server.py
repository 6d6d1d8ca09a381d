"""Adding a patient and correcting a record with the real client and the real server."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from kinometric.contract.patients import Patient, PatientSearch
from kinometric_desktop.app.patient_form import PatientFormPresenter
from tests.integration.test_match_against_the_server import (  # noqa: F401 - fixtures are found by name
    MARIA,
    REASON,
    Desk,
    actions_of,
    clinic_on_athena,
    desk,
    link_maria,
    settings,
    sign_in,
    standin,
    standin_process,
)


def form_of(at: Desk, record: Patient | None = None) -> tuple[PatientFormPresenter, list[Patient]]:
    """The form at a workstation, and what it stored."""
    saved: list[Patient] = []
    return PatientFormPresenter(at.work, record, saved.append), saved


def fill(form: PatientFormPresenter, **values: str) -> None:
    """Type into fields."""
    for name, text in values.items():
        form.set_value(name, text)


def test_a_new_patient_is_found_by_name_year_and_birth_date_afterwards(desk: Desk, alice: Any) -> None:  # noqa: F811
    form, saved = form_of(desk)
    fill(form, lastname="O’Prueba", firstname="Siobhán", born="9/23/1944", sex="F", phone="(410) 555-0178")
    form.save()
    assert form.state.problem is None
    patient = saved[0]
    assert (patient.born, patient.is_sandbox, patient.link) == (date(1944, 9, 23), True, None)
    assert patient.number > 0
    for text in ("oprueba", "O'PRUE 1944", "siobhan", "23 sep 44", "9/23/1944", str(patient.number)):
        found = desk.client.patients.search(PatientSearch(text)).patients
        assert patient.patient_id in {one.patient_id for one in found}, text
    assert "patient_created" in actions_of(alice) or any("patient" in action for action in actions_of(alice))


def test_a_patient_who_is_there_already_is_shown_before_a_second_one_is_made(desk: Desk) -> None:  # noqa: F811
    first = desk.client.patients.add(MARIA)
    form, saved = form_of(desk)
    fill(form, lastname="Muestra Lopez", firstname="Maria", born="4 mar 1951", sex="F")
    form.save()
    assert [one.number for one in form.state.similar] == [str(first.number)]
    assert saved == []
    form.say_another(True)
    form.save()
    assert saved[0].patient_id != first.patient_id
    assert saved[0].number != first.number


def test_a_correction_keeps_the_rest_and_stands_in_the_audit(desk: Desk, alice: Any) -> None:  # noqa: F811
    before = desk.client.patients.add(MARIA)
    form, saved = form_of(desk, before)
    fill(form, born="4 mar 1957", reason="Passport says 1957")
    form.save()
    assert form.state.problem is None
    after = saved[0]
    assert after.born == date(1957, 3, 4)
    unchanged = ("lastname", "firstname", "middlename", "suffix", "preferredname", "sex", "phone", "zip", "number")
    assert all(getattr(after, name) == getattr(before, name) for name in unchanged)
    assert after.version > before.version
    assert "patient_corrected" in actions_of(alice)


def test_a_field_can_be_emptied(desk: Desk) -> None:  # noqa: F811
    before = desk.client.patients.add(MARIA)
    form, saved = form_of(desk, before)
    fill(form, phone="", reason="Number given up")
    form.save()
    assert form.state.problem is None
    assert saved[0].phone == ""


def test_of_two_corrections_of_one_version_the_second_is_asked_to_look_again(desk: Desk) -> None:  # noqa: F811
    record = desk.client.patients.add(MARIA)
    first, saved_first = form_of(desk, record)
    second, saved_second = form_of(desk, record)
    fill(first, zip="00186", reason="Moved house")
    first.save()
    fill(second, zip="00112", reason="Moved house")
    second.save()
    assert saved_first
    assert saved_second == []
    assert second.state.problem is not None
    assert second.state.problem.code == "KS-409"
    second.save()
    assert saved_second[0].zip == "00112"


def test_correcting_a_linked_patient_keeps_the_link_and_shows_the_difference(desk: Desk, alice: Any) -> None:  # noqa: F811
    presenter = link_maria(desk)
    assert presenter.state.linked is not None
    form, saved = form_of(desk, desk.record)
    assert "confirm it again" in form.state.note
    fill(form, born="3 apr 1951", reason="athenaOne was right")
    form.save()
    assert form.state.problem is None
    assert saved[0].link is not None
    desk.work.session.update_patient(record=saved[0])
    panel = presenter.state.compare
    assert panel is not None
    assert {row.field: row.verdict for row in panel.rows}["born"] == "same"
    assert "linked_patient_identity_changed" in actions_of(alice)


@pytest.mark.parametrize(
    "values",
    [
        {"lastname": "x" * 200},
        {"phone": "1" * 200},
        {"lastname": "\u0000"},
        {"firstname": "Ana\nMaria"},
    ],
)
def test_what_the_server_would_refuse_is_said_and_nothing_is_lost(desk: Desk, values: dict[str, str]) -> None:  # noqa: F811
    form, saved = form_of(desk)
    fill(form, **{"lastname": "Prueba", "firstname": "Rosa", **values})
    form.save()
    if saved:
        assert "\n" not in saved[0].firstname
        return
    assert form.state.complaints or form.state.problem is not None
    assert form.state.values["lastname"]


def test_nobody_without_the_right_to_match_adds_a_patient(sign_in: Any, people: Any) -> None:  # noqa: F811
    harry = people.make("harry", practice=people.clinic.practice_a, bits="review")
    form, saved = form_of(sign_in(harry))
    fill(form, lastname="Prueba", firstname="Rosa")
    form.save()
    assert saved == []
    assert form.state.problem is not None
    assert form.state.problem.code.startswith("KS-403")


def test_a_patient_without_a_birth_date_is_linked_after_it_was_added(desk: Desk) -> None:  # noqa: F811
    presenter = desk.open(dataclasses.replace(MARIA, born=None))
    presenter.search_wider()
    presenter.open_candidate("60145")
    assert presenter.state.compare is not None
    assert presenter.state.compare.still_needed == "Kinometric has no birth date. Add it there before you link."
    assert presenter.state.compare.correctable
    form, saved = form_of(desk, desk.record)
    assert form.state.born_hint == "Not recorded so far"
    fill(form, born="3/4/1951", reason="Asked the patient")
    form.save()
    desk.work.session.update_patient(record=saved[0])
    assert presenter.state.compare is not None
    assert presenter.state.compare.obstacles == ()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    assert presenter.state.linked is not None


def test_a_new_patient_of_the_practice_is_nobody_s_elsewhere(desk: Desk, people: Any) -> None:  # noqa: F811
    form, saved = form_of(desk)
    fill(form, lastname="Prueba", firstname="Rosa")
    form.save()
    charlie = people.make("charlie", practice=people.clinic.practice_b, bits="match")
    answer = charlie.get(f"/v1/patients/{saved[0].patient_id}")
    assert answer.status_code == 404
    found = charlie.post("/v1/patients/search", {"text": "prueba"}).json()["patients"]
    assert found == []
