"""A session as a FHIR R4 bundle: patient, device, an observation a stance, diagnostic report, the PDF as document."""

from __future__ import annotations

import base64
import hashlib
import math
import uuid
from dataclasses import dataclass
from typing import Any

from kinometric.recordings.recording import STANCES
from kinometric.report.content import QuestionnaireSummary, ReportContent, StanceReport, content_hash
from kinometric.report.wording import (
    BAND_SENTENCE,
    LIMITS_SENTENCE,
    STANCE_NAMES,
    hold_line,
    level_words,
    outcome_words,
    printed_level,
    sensory_sentence,
)
from kinometric.scoring.formula import shown_score
from kinometric.scoring.values import Trial

CODES = "urn:x-kinometric:code"
_NAMESPACE = uuid.UUID("6a1f2c1e-6f0e-5f57-9a5d-2f6f8d1a4b10")
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female", "other": "other", "": "unknown"}
# Measure, unit as people write it, unit in UCUM.
_MEASURES = (
    ("rms_m_s2", "m/s²", "m/s2"),
    ("rms_1_m_s2", "m/s²", "m/s2"),
    ("rms_2_m_s2", "m/s²", "m/s2"),
    ("path_m_s2", "m/s²", "m/s2"),
    ("path_rate_m_s3", "m/s³", "m/s3"),
    ("jerk_m2_s5", "m²/s⁵", "m2/s5"),
    ("ellipse95_m2_s4", "m²/s⁴", "m2/s4"),
    ("mdist_m_s2", "m/s²", "m/s2"),
    ("f95_hz", "Hz", "Hz"),
    ("centroid_hz", "Hz", "Hz"),
)
_ABSENT = {
    "ended_early": "error",
    "not_scorable": "error",
    "unreadable": "error",
    "stopped": "not-performed",
    "supported": "not-performed",
    "not_attempted": "not-performed",
}


@dataclass(frozen=True)
class _Entry:
    """One resource with the address by which the others name it."""

    url: str
    resource: dict[str, Any]

    @property
    def reference(self) -> dict[str, str]:
        return {"reference": self.url}


def report_bundle(content: ReportContent, pdf: bytes | None = None) -> dict[str, Any]:
    """Return a session as a FHIR R4 bundle of type ``collection``.

    Parameters
    ----------
    content : ReportContent
    pdf : bytes, optional
        The report; without it the bundle has no DocumentReference.

    Returns
    -------
    dict
        JSON values. Ids are made from the session's id, so that the same session gives the same bundle. Reports that
        are not reviewed, and observations whose hold nobody has confirmed, have status ``preliminary``. Codes are
        Kinometric's own: no LOINC code fits a 10 s single-leg accelerometer score.

    References
    ----------
    HL7 FHIR R4: Bundle, DiagnosticReport, Observation, DocumentReference, Device, Patient.
    """
    patient = _entry(content, "patient", _patient(content))
    device = _entry(content, "device", _device(content))
    observations = [
        _entry(content, name, _observation(content, content.stance(name), patient, device)) for name in STANCES
    ]
    observations += [
        _entry(content, f"questionnaire-{index}", _questionnaire(content, summary, patient))
        for index, summary in enumerate(content.questionnaires)
    ]
    report = _entry(content, "report", _diagnostic_report(content, patient, observations))
    entries = [report, patient, device, *observations]
    if pdf is not None:
        entries.append(_entry(content, "document", _document(content, patient, report, pdf)))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": "urn:x-kinometric:session", "value": _session_key(content)},
        "timestamp": content.made_at.isoformat(),
        "entry": [{"fullUrl": entry.url, "resource": entry.resource} for entry in entries],
    }


def _entry(content: ReportContent, part: str, resource: dict[str, Any]) -> _Entry:
    key = str(uuid.uuid5(_NAMESPACE, f"{_session_key(content)}/{content.identity.revision}/{part}"))
    return _Entry(f"urn:uuid:{key}", {"resourceType": resource.pop("resourceType"), "id": key, **resource})


def _session_key(content: ReportContent) -> str:
    """Return the session's id; a session file without one is known by what it says."""
    return content.identity.session_id or content_hash(content)


def _own_code(code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": CODES, "code": code, "display": text}], "text": text}


def _patient(content: ReportContent) -> dict[str, Any]:
    patient = content.patient
    identifiers = []
    if patient.kinometric_number:
        identifiers.append({"system": "urn:x-kinometric:patient-number", "value": patient.kinometric_number})
    if patient.athena_patient_id:
        identifiers.append({"system": "urn:x-athenaone:patient-id", "value": patient.athena_patient_id})
    name = plain(patient.name)
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        **({"name": [{"text": name}]} if name else {}),
        "gender": _GENDERS.get(patient.sex.strip().lower(), "unknown"),
    }
    if identifiers:
        resource["identifier"] = identifiers
    if patient.born is not None:
        resource["birthDate"] = patient.born.isoformat()
    if patient.is_test:
        resource["meta"] = {
            "tag": [{"system": f"{_TERMINOLOGY}/v3-ActReason", "code": "HTEST", "display": "test health data"}]
        }
    return resource


def _device(content: ReportContent) -> dict[str, Any]:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": plain(content.circumstances.device) or "Phone", "type": "user-friendly-name"}],
        "type": {"text": "Phone accelerometer"},
        "version": [{"type": {"text": "Kinometric scoring engine"}, "value": content.engine}],
    }


def plain(text: str) -> str:
    """Return a text without control characters, which no FHIR string may hold, and without space around it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _status(content: ReportContent, trial: Trial | None = None) -> str:
    if content.review is None or (trial is not None and trial.provisional):
        return "preliminary"
    return "corrected" if content.identity.revision else "final"


def _report_status(content: ReportContent) -> str:
    return "preliminary" if content.is_provisional else _status(content)


def _performers(content: ReportContent) -> dict[str, Any]:
    performed_by = plain(content.circumstances.performed_by)
    return {"performer": [{"display": performed_by}]} if performed_by else {}


def _observation(content: ReportContent, stance: StanceReport, patient: _Entry, device: _Entry) -> dict[str, Any]:
    trial = stance.trial
    name = STANCE_NAMES[stance.stance]
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "status": _status(content, trial),
        "category": [
            {"coding": [{"system": f"{_TERMINOLOGY}/observation-category", "code": "exam", "display": "Exam"}]}
        ],
        "code": _own_code(f"one-leg-stance-{stance.stance}", f"One-leg stance score, 0 to 10: {name}"),
        "subject": patient.reference,
        "device": device.reference,
        "effectiveDateTime": content.circumstances.tested_at.isoformat(),
        **_performers(content),
    }
    if trial is None or trial.score is None:
        absent = "unknown" if trial is None else _ABSENT.get(trial.outcome, "unknown")
        words = outcome_words(stance)
        resource["dataAbsentReason"] = {
            "coding": [{"system": f"{_TERMINOLOGY}/data-absent-reason", "code": absent}],
            "text": words,
        }
    else:
        resource["valueQuantity"] = _quantity(float(shown_score(trial.score)), "score", "{score}")
        level = printed_level(trial, content.options.age_view)
        if level is not None:
            words = level_words(level, trial.level_basis)
            resource["interpretation"] = [{**_own_code(f"level-{level}", words), "text": f"{words}. {BAND_SENTENCE}"}]
    if trial is not None:
        components = _components(trial)
        if components:
            resource["component"] = components
        notes = [trial.explanation, *_hold_notes(stance)]
        notes += [finding.message for finding in trial.findings if finding.severity != "fine"]
        said = dict.fromkeys(note for note in map(plain, notes) if note)
        if said:
            resource["note"] = [{"text": note} for note in said]
    return resource


def _hold_notes(stance: StanceReport) -> list[str]:
    """Return who confirmed the hold, what was detected, and why it was set otherwise."""
    hold = stance.trial.confirmed_hold if stance.trial is not None else None
    if hold is None:
        return []
    return [hold_line(stance), *([f"Reason: {hold.reason}"] if hold.reason else [])]


def _quantity(value: float, unit: str, ucum: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": ucum}


def _components(trial: Trial) -> list[dict[str, Any]]:
    components = []
    if trial.hold_s is not None:
        quantity = _quantity(round(trial.hold_s, 2), "s", "s")
        if trial.outcome == "ended_early":
            quantity["comparator"] = ">="
        components.append({"code": _own_code("hold_s", "Hold"), "valueQuantity": quantity})
    if trial.detected_hold_s is not None:
        quantity = _quantity(round(trial.detected_hold_s, 2), "s", "s")
        components.append({"code": _own_code("detected_hold_s", "Hold as detected"), "valueQuantity": quantity})
    for name, unit, ucum in _MEASURES if trial.measures is not None else ():
        value = float(f"{getattr(trial.measures, name):.6g}")
        if not math.isfinite(value):
            continue
        components.append({"code": _own_code(name, name), "valueQuantity": _quantity(value, unit, ucum)})
    return components


def _questionnaire(content: ReportContent, summary: QuestionnaireSummary, patient: _Entry) -> dict[str, Any]:
    text = " ".join(part for part in map(plain, (summary.total_text, summary.note, *summary.flagged)) if part)
    return {
        "resourceType": "Observation",
        "status": _status(content),
        "category": [
            {"coding": [{"system": f"{_TERMINOLOGY}/observation-category", "code": "survey", "display": "Survey"}]}
        ],
        "code": {"text": plain(summary.name) or "Questionnaire"},
        "subject": patient.reference,
        "effectiveDateTime": content.circumstances.tested_at.isoformat(),
        **({"valueString": text} if text else {}),
    }


def _diagnostic_report(content: ReportContent, patient: _Entry, observations: list[_Entry]) -> dict[str, Any]:
    level = content.level
    words = [level.sentence]
    if level.level is not None:
        words.insert(0, f"{level_words(level.level, 'score')}{', provisional' if level.provisional else ''}.")
        words.append(BAND_SENTENCE)
    resource: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "status": _report_status(content),
        "category": [{"coding": [{"system": f"{_TERMINOLOGY}/v2-0074", "code": "PT", "display": "Physical Therapy"}]}],
        "code": _own_code("balance-test-report", "One-leg stance balance test report"),
        "subject": patient.reference,
        "effectiveDateTime": content.circumstances.tested_at.isoformat(),
        "issued": content.made_at.isoformat(),
        **_performers(content),
        "result": [entry.reference for entry in observations],
        "conclusion": plain(" ".join([*words, sensory_sentence(content), *interpretations(content), LIMITS_SENTENCE])),
    }
    if content.review is not None and plain(content.review.by):
        resource["resultsInterpreter"] = [{"display": plain(content.review.by)}]
    return resource


def interpretations(content: ReportContent) -> list[str]:
    """Return the texts that the report prints in somebody's name, each with that name.

    Parameters
    ----------
    content : ReportContent

    Returns
    -------
    list of str
        Empty where nobody has signed or accepted one, or the report leaves it out.
    """
    said = []
    note, accepted = content.note, content.interpretation
    if content.options.note and note is not None and note.text.strip():
        said.append(f"Provider’s interpretation ({note.by or 'not signed'}): {note.text.strip()}")
    if content.options.interpretation and accepted is not None and accepted.text.strip() and accepted.by.strip():
        said.append(f"Drafted from the numbers, accepted by {accepted.by}: {accepted.text.strip()}")
    return said


def _document(content: ReportContent, patient: _Entry, report: _Entry, pdf: bytes) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": _report_status(content).replace("corrected", "amended"),
        "type": _own_code("balance-test-report", "One-leg stance balance test report"),
        "subject": patient.reference,
        "date": content.made_at.isoformat(),
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "language": "en-US",
                    "data": base64.b64encode(pdf).decode("ascii"),
                    "size": len(pdf),
                    # FHIR's attachment hash is SHA-1 by definition; it is a checksum here, not a protection.
                    "hash": base64.b64encode(hashlib.sha1(pdf, usedforsecurity=False).digest()).decode("ascii"),
                    "title": "Balance test report",
                    "creation": content.made_at.isoformat(),
                }
            }
        ],
        "context": {"related": [report.reference]},
    }
    if content.identity.supersedes is not None:
        identifier = {"system": "urn:x-kinometric:upload", "value": content.identity.supersedes}
        resource["relatesTo"] = [{"code": "replaces", "target": {"identifier": identifier}}]
    return resource
