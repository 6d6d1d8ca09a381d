"""Patients are made, found by one box, and corrected with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from kinometric_server.patients.words import end_of_prefix, sound_words, words_of
from tests.kinometric_server.connected_clinic import ok, refused

PEOPLE = (
    {"lastname": "Muestra-López", "firstname": "Maria", "born": "1951-03-04", "sex": "F"},
    {"lastname": "Muestra", "firstname": "Mario", "born": "1951-03-04", "sex": "M"},
    {"lastname": "O'Mock", "firstname": "Sean", "born": "1960-06-30", "sex": "M"},
    {"lastname": "Prøve", "firstname": "Nils", "born": "1952-10-17", "sex": "M"},
    {"lastname": "Van de Proef", "firstname": "Anneke", "born": "1955-01-11", "sex": "F"},
)


@pytest.fixture
def five_people(bob: Any) -> list[dict[str, Any]]:
    return [ok(bob.post("/v1/patients", person), 201) for person in PEOPLE]


def found(who: Any, text: str) -> list[str]:
    return [patient["lastname"] for patient in ok(who.post("/v1/patients/search", {"text": text}))["patients"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("muestra", ["Muestra", "Muestra-López"]),
        ("LOPEZ", ["Muestra-López"]),
        ("muestralopez", ["Muestra-López"]),
        ("muestra mar 1951", ["Muestra", "Muestra-López"]),
        ("omock", ["O'Mock"]),
        ("o'mock", ["O'Mock"]),
        ("prove", ["Prøve"]),
        ("proef ann", ["Van de Proef"]),
        ("3/4/1951", ["Muestra", "Muestra-López"]),
        ("4 mar 1951 maria", ["Muestra-López"]),
        ("17 oct 1952", ["Prøve"]),
        ("1960", ["O'Mock"]),
        ("nobody", []),
        ("muestra 1960", []),
    ],
)
def test_the_search_box_finds_names_dates_and_years(
    bob: Any, five_people: list[dict[str, Any]], text: str, expected: list[str]
) -> None:
    assert sorted(found(bob, text)) == sorted(expected)


def test_a_number_and_a_linked_chart_are_found_exactly(
    at_work: Any, bob: Any, five_people: list[dict[str, Any]]
) -> None:
    rosa = at_work.linked(bob)
    assert found(bob, str(five_people[2]["number"])) == ["O'Mock"]
    assert found(bob, "14620") == ["Prueba"]
    assert rosa["link"]["athena_patient_id"] == "14620"


def test_numbers_count_up_in_each_practice_by_itself(bob: Any, charlie: Any) -> None:
    ours = [ok(bob.post("/v1/patients", PEOPLE[index]), 201)["number"] for index in (0, 1)]
    theirs = ok(charlie.post("/v1/patients", PEOPLE[0]), 201)["number"]
    assert ours == [1, 2]
    assert theirs == 1


def test_a_stranger_neither_reads_nor_finds_a_patient(
    bob: Any, charlie: Any, five_people: list[dict[str, Any]], audited: Any
) -> None:
    patient_id = five_people[0]["patient_id"]
    refused(charlie.get(f"/v1/patients/{patient_id}"), 404, "KS-404")
    assert found(charlie, "muestra") == []
    change = {"version": 1, "reason": "typing error", "lastname": "Other"}
    refused(charlie.post(f"/v1/patients/{patient_id}/correct", change), 404, "KS-404")
    assert ok(bob.get(f"/v1/patients/{patient_id}"))["lastname"] == "Muestra-López"
    assert ("patient_read", "success", patient_id) in audited()


def test_readonly_sees_patients_and_makes_none(frank: Any, five_people: list[dict[str, Any]]) -> None:
    assert found(frank, "omock") == ["O'Mock"]
    assert "read-only" in refused(frank.post("/v1/patients", PEOPLE[0]), 403, "KS-403R")


@pytest.mark.parametrize(
    "wrong",
    [
        {"lastname": " "},
        {"firstname": ""},
        {"born": "2031-01-01"},
        {"born": "1700-01-01"},
        {"sex": "Q"},
        {"lastname": "A" * 121},
        {"firstname": "with\na new line\x07"},
        {"department_id": "0" * 32},
        {"unknown_field": 1},
    ],
)
def test_a_patient_that_makes_no_sense_is_refused_in_a_sentence(bob: Any, wrong: dict[str, Any]) -> None:
    answer = bob.post("/v1/patients", {**PEOPLE[0], **wrong})
    sentence = refused(answer, 422, "KS-422")
    assert sentence.endswith(".")
    assert "Muestra" not in sentence


def test_a_correction_needs_a_reason_and_the_version_that_was_shown(
    bob: Any, five_people: list[dict[str, Any]], audited: Any
) -> None:
    path = f"/v1/patients/{five_people[1]['patient_id']}/correct"
    refused(bob.post(path, {"version": 1, "reason": " ", "lastname": "Muestra Lopez"}), 422, "KS-422")
    corrected = ok(bob.post(path, {"version": 1, "reason": "half of the name", "lastname": "Muestra Lopez"}))
    assert (corrected["lastname"], corrected["version"]) == ("Muestra Lopez", 2)
    refused(bob.post(path, {"version": 1, "reason": "once more", "firstname": "M"}), 409, "KS-409")
    assert sorted(found(bob, "lopez")) == ["Muestra Lopez", "Muestra-López"]
    assert [entry[0] for entry in audited() if "correct" in entry[0] or "identity" in entry[0]] == ["patient_corrected"]


def test_changing_the_identity_of_a_linked_patient_is_audited_by_itself(at_work: Any, bob: Any, audited: Any) -> None:
    rosa = at_work.linked(bob)
    path = f"/v1/patients/{rosa['patient_id']}/correct"
    ok(bob.post(path, {"version": rosa["version"], "reason": "phone changed", "phone": "4105550100"}))
    assert audited("linked_patient_identity_changed") == []
    ok(bob.post(path, {"version": rosa["version"] + 1, "reason": "second name", "middlename": "Pilar"}))
    assert len(audited("linked_patient_identity_changed")) == 1


def test_showing_the_masked_year_takes_a_reason(bob: Any, five_people: list[dict[str, Any]], audited: Any) -> None:
    path = f"/v1/patients/{five_people[0]['patient_id']}/birth-year-shown"
    refused(bob.post(path, {"reason": ""}), 422, "KS-422")
    assert bob.post(path, {"reason": "passport was shown"}).status_code == 204
    assert bob.post(f"/v1/patients/{five_people[0]['patient_id']}/birth-year-refused").status_code == 204
    assert [entry[0] for entry in audited()][-2:] == ["birth_year_shown", "link_verify_failed"]


def test_similar_names_are_counted_as_a_warning(bob: Any, five_people: list[dict[str, Any]]) -> None:
    counts = {
        patient["firstname"]: patient["similar_names"]
        for patient in ok(bob.post("/v1/patients/search", {"text": "muestra"}))["patients"]
    }
    assert counts == {"Maria": 1, "Mario": 1}
    (sean,) = ok(bob.post("/v1/patients/search", {"text": "omock"}))["patients"]
    assert sean["similar_names"] == 0


def test_the_audit_of_a_search_holds_no_name(bob: Any, server: Any, five_people: list[dict[str, Any]]) -> None:
    from sqlalchemy import select

    from kinometric_server.audit.tables import audit_entries
    from kinometric_server.database import Actor

    found(bob, "muestra")
    with server.database.reading_outside(Actor()) as unit:
        rows = unit.all(select(audit_entries).where(audit_entries.c.action == "patients_searched"))
    assert rows
    assert "muestra" not in str(rows).lower()


def test_names_of_one_sound_warn_of_each_other_without_being_compared_and_a_strangers_do_not(
    alice: Any, bob: Any, charlie: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    born = {"born": "1960-01-01"}
    search = {"text": "samp"}
    ok(bob.post("/v1/patients", {"lastname": "Sampler", "firstname": "Jon", **born}), 201)
    for _ in range(3):
        ok(charlie.post("/v1/patients", {"lastname": "Sampler", "firstname": "Jon", **born}), 201)
    shown = ok(bob.post("/v1/patients/search", search))["patients"]
    assert [patient["similar_names"] for patient in shown] == [0]
    ok(bob.post("/v1/patients", {"lastname": "Sampeler", "firstname": "John", **born}), 201)
    # Two of one sound: the answer is the same whether it is read off the index or the two are compared.
    monkeypatch.setattr("kinometric_server.patients.records.similar_names", None)
    shown = ok(bob.post("/v1/patients/search", search))["patients"]
    assert [patient["similar_names"] for patient in shown] == [1, 1]
    monkeypatch.undo()
    monkeypatch.setattr("kinometric_server.patients.records.alike_word", lambda lastname, firstname: "")
    shown = ok(bob.post("/v1/patients/search", search))["patients"]
    assert [patient["similar_names"] for patient in shown] == [1, 1]


def test_words_fold_names_and_keep_double_names_whole() -> None:
    words = {
        (word.kind, word.word)
        for word in words_of(names=("Muestra-López", "Maria", "", "Mari"), born=None, number=7, athena_patient_id=None)
    }
    assert {("name", "muestra"), ("name", "lopez"), ("name", "muestralopez"), ("name", "mari")} <= words
    assert ("number", "7") in words


def test_twins_with_half_a_double_name_share_a_sound() -> None:
    assert sound_words("Muestra-López", "Maria") & sound_words("Muestra", "Mario")
    assert not sound_words("Prueba", "Rosa") & sound_words("Muestra", "Mario")


def test_a_prefix_is_a_range() -> None:
    assert "lop" <= "lopez" < end_of_prefix("lop")
    assert end_of_prefix("lop") <= "lor"


def test_more_numbers_than_a_patient_has_find_nobody_and_are_not_tried_in_every_way(bob: Any, at_work: Any) -> None:
    born = "1944-09-23"
    patient = ok(bob.post("/v1/patients", {"lastname": "Prueba", "firstname": "Rosa", "born": born}), 201)
    number = patient["number"]
    for text, hits in (
        (f"Prueba {number} 1944", 1),
        (" ".join([str(number)] * 40), 1),
        (f"Prueba {number} 1944 7 8", 0),
        (" ".join(str(figure) for figure in range(1, 40)), 0),
        ("2026-01-01T00:00:00+23:59:59.999999", 0),
    ):
        assert len(ok(bob.post("/v1/patients/search", {"text": text}))["patients"]) == hits, text
