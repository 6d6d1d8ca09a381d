"""Correct a patient's record together with what rests on it: scores by age, previews, and queued uploads."""

from __future__ import annotations

from kinometric.contract.patients import CorrectPatient, Patient
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.patients.records import IDENTITY, correct_patient, find_patient
from kinometric_server.results.changes import birth_date_corrected
from kinometric_server.security.sealing import KeyRing
from kinometric_server.uploads.steps import cancel_queued

CORRECTED = "Cancelled: the patient's record was corrected after the report was made."


def correct_with_results(
    unit: Unit, scope: PracticeScope, keys: KeyRing, patient_id: str, body: CorrectPatient
) -> Patient:
    """Correct a patient; a queued report that names the old name, birth date or sex is cancelled."""
    changed = correct_patient(unit, scope, patient_id, body)
    if "born" in changed:
        birth_date_corrected(unit, scope, keys, patient_id)
    if changed & set(IDENTITY):
        cancel_queued(unit, scope, CORRECTED, patient_id=patient_id)
    return find_patient(unit, patient_id)
