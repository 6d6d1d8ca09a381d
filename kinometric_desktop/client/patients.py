"""The worklist, Kinometric's patients, athenaOne's records, and the link between them."""

from __future__ import annotations

from kinometric.contract.patients import (
    AthenaCandidates,
    AthenaLookup,
    AthenaPatient,
    AthenaSearch,
    CorrectPatient,
    EndLink,
    ImportPatient,
    LinkHistory,
    MakeLink,
    NewPatient,
    Patient,
    PatientList,
    PatientSearch,
    ShowBirthYear,
    VerifyLink,
    Worklist,
    WorklistQuery,
)
from kinometric.contract.sessions import EarlierSession
from kinometric_desktop.client.transport import Transport


class PatientCalls:
    """Routes under /v1/worklist and /v1/patients."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def worklist(self, query: WorklistQuery, *, polling: bool = False) -> Worklist:
        """A day's sessions."""
        return self._transport.post("/v1/worklist", query, Worklist, user_action=not polling)

    def search(self, query: PatientSearch) -> PatientList:
        """Kinometric's patients by name, birth date, number or athenaOne patient ID."""
        return self._transport.post("/v1/patients/search", query, PatientList)

    def get(self, patient_id: str) -> Patient:
        """One patient."""
        return self._transport.get(f"/v1/patients/{patient_id}", Patient)

    def add(self, form: NewPatient) -> Patient:
        """A patient known to Kinometric only."""
        return self._transport.post("/v1/patients", form, Patient)

    def correct(self, patient_id: str, form: CorrectPatient) -> Patient:
        """Correct a patient's record, with a reason."""
        return self._transport.post(f"/v1/patients/{patient_id}/correct", form, Patient)

    def birth_year_shown(self, patient_id: str, form: ShowBirthYear) -> None:
        """Tell the audit that a masked year of birth was shown."""
        self._transport.order(f"/v1/patients/{patient_id}/birth-year-shown", form)

    def birth_year_refused(self, patient_id: str) -> None:
        """Tell the audit that a wrong year was typed three times."""
        self._transport.order(f"/v1/patients/{patient_id}/birth-year-refused")

    def import_from_athena(self, form: ImportPatient) -> Patient:
        """Make a patient from an athenaOne record, linked."""
        return self._transport.post("/v1/patients/import", form, Patient)

    def link_history(self, patient_id: str) -> LinkHistory:
        """All that happened to a patient's link."""
        return self._transport.get(f"/v1/patients/{patient_id}/link-history", LinkHistory)

    def link(self, patient_id: str, form: MakeLink) -> Patient:
        """Link a patient to an athenaOne record."""
        return self._transport.post(f"/v1/patients/{patient_id}/link", form, Patient)

    def verify_link(self, patient_id: str, form: VerifyLink) -> Patient:
        """Say that the linked record is still the same person."""
        return self._transport.post(f"/v1/patients/{patient_id}/link/verify", form, Patient)

    def end_link(self, patient_id: str, form: EndLink) -> Patient:
        """Take a link back."""
        return self._transport.post(f"/v1/patients/{patient_id}/link/end", form, Patient)

    def sessions(self, patient_id: str) -> tuple[EarlierSession, ...]:
        """A patient's test sessions."""
        return self._transport.get(f"/v1/patients/{patient_id}/sessions", tuple[EarlierSession, ...])


class AthenaCalls:
    """Routes under /v1/athena/patients."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def search(self, query: AthenaSearch) -> AthenaCandidates:
        """Search athenaOne by name and department."""
        return self._transport.post("/v1/athena/patients/search", query, AthenaCandidates)

    def lookup(self, query: AthenaLookup) -> AthenaPatient:
        """Read one athenaOne record by its ID."""
        return self._transport.post("/v1/athena/patients/lookup", query, AthenaPatient)
