"""Add a patient known to Kinometric only, or correct a patient's record with a reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kinometric.contract.errors import STALE
from kinometric.contract.patients import CorrectPatient, NewPatient, Patient, PatientList, PatientSearch
from kinometric.matching import PersonRecord, is_placeholder, parse_typed_date, rank, similar_names
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.wording import banner_name, masked_date, written_date
from kinometric_desktop.app.workplace import Workplace

TEXT_FIELDS = ("lastname", "firstname", "middlename", "suffix", "preferredname", "sex", "phone", "zip")
LABELS = {
    "lastname": "Last name",
    "firstname": "First name",
    "middlename": "Middle name",
    "suffix": "Suffix",
    "preferredname": "Preferred name",
    "born": "Born",
    "sex": "Sex",
    "phone": "Phone",
    "zip": "ZIP",
    "reason": "Reason for the correction",
}
SEXES = (("", "Not recorded"), ("F", "Female"), ("M", "Male"), ("O", "Other"))
LONGEST = {"suffix": 10, "phone": 30, "zip": 10}
LONGEST_NAME = 60
LEAST_REASON = 5
CHANGED = "Somebody changed this record meanwhile. It was read again; look at it and save once more."


@dataclass(frozen=True, repr=False)
class SimilarPatient:
    """A patient who may be the one that is being added."""

    patient_id: str
    name: str
    born: str
    number: str


@dataclass(frozen=True, repr=False)
class PatientFormState:
    """What the form shows; it has no repr of its values."""

    correcting: bool = False
    title: str = ""
    action: str = ""
    note: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    born_echo: str = ""
    born_hint: str = ""
    complaints: Mapping[str, str] = field(default_factory=dict)
    similar: tuple[SimilarPatient, ...] = ()
    is_another: bool = False
    test_patient: bool = False
    busy: bool = False
    problem: Problem | None = None
    saved: bool = False


class PatientFormPresenter(Presenter[PatientFormState]):
    """The form's intents.

    Parameters
    ----------
    work : Workplace
        The ports.
    record : Patient or None
        The patient to be corrected; None adds a new one.
    on_saved : Callable
        Told the patient as stored.
    """

    def __init__(self, work: Workplace, record: Patient | None, on_saved: Callable[[Patient], None]) -> None:
        self._work = work
        self._record = record
        self._on_saved = on_saved
        self._today = work.session.today(work.clock.now())
        super().__init__(self._first_state(), work.runner)

    def _first_state(self) -> PatientFormState:
        practice = self._work.session.practice
        record = self._record
        if record is None:
            test = practice is not None and practice.athena_environment != "production"
            note = "This practice works with a test environment: the new patient is a TEST patient." if test else ""
            return PatientFormState(
                title="New patient",
                action="Add patient",
                note=note,
                values=dict.fromkeys((*TEXT_FIELDS, "born"), ""),
                test_patient=test,
            )
        values = {name: str(getattr(record, name)) for name in TEXT_FIELDS}
        return PatientFormState(
            correcting=True,
            title="Correct the record",
            action="Save the correction",
            note="The correction and its reason are written to the audit log."
            + (" The link to athenaOne stays; confirm it again." if record.link else ""),
            values={**values, "born": "", "reason": ""},
            born_hint=self._born_hint(record.born),
            test_patient=record.is_sandbox,
        )

    def _born_hint(self, born: date | None) -> str:
        if born is None:
            return "Not recorded so far"
        patient = self._work.session.patient
        hidden = patient is not None and patient.year_hidden
        return f"{masked_date(born) if hidden else written_date(born)}, kept if empty"

    def set_value(self, name: str, text: str) -> None:
        """A field was changed."""
        complaints = {field: words for field, words in self.state.complaints.items() if field != name}
        values = {**self.state.values, name: text}
        changes: dict[str, object] = {"values": values, "complaints": complaints, "problem": None}
        if name == "born":
            parsed = parse_typed_date(text, today=self._today)
            changes["born_echo"] = parsed.echo
        if name in ("lastname", "firstname", "born") and self.state.similar:
            changes.update(similar=(), is_another=False)
        self._change(**changes)

    def say_another(self, is_another: bool) -> None:
        """The person says that the similar patients are other people."""
        self._change(is_another=is_another)

    def save(self) -> None:
        """Check the form, warn of similar patients, and store it."""
        if self.state.busy or self.state.saved:
            return
        complaints = self._complaints()
        self._change(complaints=complaints, problem=None)
        if complaints:
            return
        if self._record is not None:
            self._correct(self._record)
        elif self.state.similar and self.state.is_another:
            self._add()
        elif not self.state.similar:
            self._look_for_similar()

    def _value(self, name: str) -> str:
        return " ".join(self.state.values.get(name, "").split())

    def _born(self) -> date | None:
        return parse_typed_date(self.state.values.get("born", ""), today=self._today).day

    def _complaints(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in ("lastname", "firstname"):
            if not self._value(name):
                found[name] = f"Type a {LABELS[name].lower()}."
            elif is_placeholder(self._value(name)):
                found[name] = "This stands for no name. Type the patient's."
        for name in TEXT_FIELDS:
            longest = LONGEST.get(name, LONGEST_NAME)
            if len(self._value(name)) > longest:
                found[name] = f"At most {longest} characters."
        if not parse_typed_date(self.state.values.get("born", ""), today=self._today).understood:
            found["born"] = "Write it like 4 mar 1951"
        if self.state.correcting:
            if len(self._value("reason")) < LEAST_REASON:
                found["reason"] = "Say why the record is corrected."
            elif not self._changes():
                found["reason"] = "Nothing was changed."
        return found

    # -- a new patient --

    def _look_for_similar(self) -> None:
        client = self._work.connection.client
        query = PatientSearch(self._value("lastname"))
        self._change(busy=True)
        self._run("save", lambda: client.patients.search(query), self._similar_read, self._failed)

    def _similar_read(self, answer: PatientList) -> None:
        new = self._new_patient()
        ours = PersonRecord.of(new)
        ranking = rank(ours, [PersonRecord.of(patient) for patient in answer.patients])
        similar = tuple(
            _similar(patient)
            for candidate in ranking.candidates
            for patient in (answer.patients[candidate.index],)
            if candidate.band != "weak" or similar_names(new, patient)
        )
        self._change(busy=False)
        if similar:
            self._change(similar=similar[:5], is_another=False)
        else:
            self._add()

    def _new_patient(self) -> NewPatient:
        practice = self._work.session.practice
        texts = {name: self._value(name) for name in TEXT_FIELDS}
        return NewPatient(
            **texts,
            born=self._born(),
            is_sandbox=self.state.test_patient,
            department_id=practice.department_id if practice else None,
        )

    def _add(self) -> None:
        client, form = self._work.connection.client, self._new_patient()
        self._change(busy=True)
        self._run("save", lambda: client.patients.add(form), self._stored, self._failed)

    # -- a correction --

    def _changes(self) -> dict[str, str | date]:
        record = self._record
        if record is None:
            return {}
        changed: dict[str, str | date] = {
            name: self._value(name) for name in TEXT_FIELDS if self._value(name) != str(getattr(record, name)).strip()
        }
        born = self._born()
        if born is not None and born != record.born:
            changed["born"] = born
        return changed

    def _correct(self, record: Patient) -> None:
        client = self._work.connection.client
        form = CorrectPatient(record.version, self._value("reason"), **self._changes())  # type: ignore[arg-type]
        self._change(busy=True)
        self._run(
            "save", lambda: client.patients.correct(record.patient_id, form), self._stored, self._correction_failed
        )

    def _correction_failed(self, problem: Exception) -> None:
        self._failed(problem)
        said = self.state.problem
        record = self._record
        if said is None or said.code != STALE or record is None:
            return
        client = self._work.connection.client

        def read(fresh: Patient) -> None:
            self._record = fresh
            self._change(problem=dataclasses.replace(said, sentence=CHANGED), born_hint=self._born_hint(fresh.born))

        self._run("save", lambda: client.patients.get(record.patient_id), read, self._failed)

    # -- what comes of it --

    def _stored(self, patient: Patient) -> None:
        self._change(busy=False, saved=True)
        self._on_saved(patient)

    def _failed(self, problem: Exception) -> None:
        self._change(busy=False, problem=words_for(problem, typed=True))


def _similar(patient: Patient) -> SimilarPatient:
    given = " ".join(part for part in (patient.firstname, patient.middlename) if part)
    name = banner_name(patient.lastname, given, patient.suffix)
    return SimilarPatient(patient.patient_id, name, written_date(patient.born), str(patient.number))
