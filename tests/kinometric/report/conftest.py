"""An invented session of an invented patient, as the report takes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from kinometric.recordings.recording import Finding
from kinometric.report import (
    DocumentIdentity,
    PatientIdentity,
    QuestionnaireSummary,
    ReportContent,
    Review,
    SessionLevel,
    SignedText,
    StanceReport,
    TestCircumstances,
    TrendPoint,
)
from kinometric.scoring.values import ConfirmedHold, Trial
from kinometric.sway.values import Event, SwayMeasures, SwaySignal

EASTERN = timezone(timedelta(hours=-5))
MAKE = Callable[..., ReportContent]


def make_signal(
    seed: int, rms: float, *, down_s: float | None = None, axes: tuple[str, str] = ("AP", "ML")
) -> SwaySignal:
    """Return a smooth random sway of about the given size, with a jolt at the loss of balance."""
    random = np.random.default_rng(seed)
    time = np.arange(1000) / 100.0
    kernel = np.hanning(41) / np.hanning(41).sum()

    def sway(size: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        series = np.convolve(random.normal(size=1100), kernel, mode="same")[50:1050]
        return np.asarray(series / series.std() * size)

    one, two, vertical = sway(rms * 0.75), sway(rms * 0.66), sway(0.04)
    if down_s is not None:
        jolt = np.exp(-(((time - down_s - 0.15) / 0.05) ** 2))
        vertical = vertical + 3.6 * jolt
    noise = random.normal(size=(3, 1000)) * 0.02
    return SwaySignal(
        time_s=time,
        axis_1=one,
        axis_2=two,
        vertical=vertical,
        axis_1_raw=one + noise[0],
        axis_2_raw=two + noise[1],
        vertical_raw=vertical + noise[2],
        axis_names=axes,
        acceleration_m_s2=np.zeros((1000, 3)),
        gravity_unit=np.array([0.0, 1.0, 0.0]),
        gravity_scale=1.0,
        window_start_s=0.0,
    )


def make_trial(stance: str = "LBEO", **changes: Any) -> Trial:
    """Return a confirmed, scored trial held for 10 s; any field may be changed."""
    plain: dict[str, Any] = {
        "stance": stance,
        "outcome": "scored",
        "reason": None,
        "scorable": True,
        "window_start_s": 0.0,
        "hold_s": 10.0,
        "hold_source": "confirmed",
        "held_full": True,
        "plausible": True,
        "provisional": False,
        "detected_hold_s": 10.0,
        "confirmed_hold": ConfirmedHold(10.0, True, "user-7", "2026-11-02T19:16:00Z"),
        "events": (),
        "score": 8.26,
        "level": "low",
        "level_basis": "score",
        "age_view": None,
        "measures": SwayMeasures(0.21, 0.13, 0.16, 8.2, 0.96, 1.4, 0.40, 0.18, 1.9, 0.8, 1.0, 9.5),
        "findings": (),
        "explanation": "held 10.0 s of 10: 8.2",
    }
    return Trial(**{**plain, **changes})


def down(stance: str, hold_s: float, detected_s: float, score: float, **changes: Any) -> Trial:
    """Return a confirmed trial with a loss of balance."""
    reason = None if hold_s == detected_s else "foot touched down"
    plain: dict[str, Any] = {
        "hold_s": hold_s,
        "held_full": False,
        "detected_hold_s": detected_s,
        "confirmed_hold": ConfirmedHold(hold_s, False, "user-7", "2026-11-02T19:16:00Z", reason),
        "events": (Event("lean", detected_s, "trunk lean of 16 degrees, more than 15"),),
        "score": score,
        "level": None,
        "level_basis": None,
        "measures": SwayMeasures(0.72, 0.52, 0.50, 12.7, 3.9, 9.0, 3.52, 0.6, 2.2, 0.9, 1.0, hold_s),
        "explanation": f"held {hold_s} s of 10",
    }
    return make_trial(stance, **{**plain, **changes})


def _four_stances() -> tuple[StanceReport, ...]:
    gap = Finding("gap", "shown", "1 gap of 0.08 s at 8.21 s.", {"gap_s": 0.08})
    low = make_trial("LBEO")
    moderate = make_trial(
        "RBEO",
        score=6.83,
        level="moderate",
        measures=SwayMeasures(0.38, 0.26, 0.28, 17.2, 2.0, 2.4, 1.30, 0.3, 2.0, 0.8, 1.0, 9.5),
    )
    return (
        StanceReport("LBEO", low, make_signal(1, 0.21), 1, "Dr. Smith"),
        StanceReport("RBEO", moderate, make_signal(2, 0.38), 1, "Dr. Smith"),
        StanceReport("LBEC", down("LBEC", 4.2, 4.2, 2.1), make_signal(3, 0.72, down_s=4.2), 1, "Dr. Smith"),
        StanceReport(
            "RBEC", down("RBEC", 6.4, 6.8, 3.2, findings=(gap,)), make_signal(4, 0.62, down_s=6.4), 1, "Dr. Smith"
        ),
    )


def make_content(**changes: Any) -> ReportContent:
    """Return a complete, reviewed report; any field may be changed, and "patient" or "test" by fields of their own."""
    patient = PatientIdentity("MUESTRA-LÓPEZ, Maria Elena", date(1951, 3, 4), 75, "Female", "10482", "60145", True)
    test = TestCircumstances(
        practice="Harbor Street Clinic",
        department="Physical Therapy",
        tested_at=datetime(2026, 11, 2, 14, 5, tzinfo=EASTERN),
        performed_by="T. Beispiel, PTA",
        device="Phone",
        placement="at sacrum, portrait",
        footwear_and_surface="Barefoot, firm floor",
        assistance="Standby, none used",
        clinical_question="Unsteady on stairs since summer",
        face_to_face="14:00–14:14",
        trials="1 practice, 1 scored per stance",
    )
    days = (date(2026, 2, 12), date(2026, 5, 20), date(2026, 8, 12), date(2026, 11, 2))
    scores = ((6.2, 3.9, 1.2, 1.6), (7.0, 5.3, 1.4, 2.3), (7.6, 5.9, 1.8, 2.9), (8.26, 6.83, 2.1, 3.2))
    trend = tuple(
        TrendPoint(day, dict(zip(("LBEO", "RBEO", "LBEC", "RBEC"), row, strict=True)))
        for day, row in zip(days, scores, strict=True)
    )
    steadi = QuestionnaireSummary(
        "Stay Independent (CDC STEADI)",
        "6 of 14, complete.",
        "4 or more: at risk.",
        ("fallen in past year", "unsteady when walking", "worried about falling", "lost feeling in feet"),
    )
    plain: dict[str, Any] = {
        "identity": DocumentIdentity("ses_5f21", "pat_9c04", "rev_77aa", "60145", 3),
        "patient": dataclasses.replace(patient, **changes.pop("patient", {})),
        "circumstances": dataclasses.replace(test, **changes.pop("test", {})),
        "review": Review("Dr. Smith", datetime(2026, 11, 2, 14, 18, tzinfo=EASTERN)),
        "stances": _four_stances(),
        "level": SessionLevel("moderate", "Session level, from the weaker eyes-open leg (right, 6.8 of 10)."),
        "made_at": datetime(2026, 11, 2, 14, 19, tzinfo=EASTERN),
        "engine": "1.0.0",
        "program": "0.1.0",
        "gaps": ("Left–right gap: open 1.4, closed 1.1.", "Open–closed gap: left 6.1, right 3.6."),
        "trend": trend,
        "questionnaires": (steadi,),
        "note": SignedText(
            "Holds 10 s on either leg with eyes open, steadier on the left. Sways more with eyes closed and touched "
            "down at 4.2 s and 6.4 s. Continue the current balance exercises twice a week; repeat the test in three "
            "months.",
            "Dr. Smith",
        ),
    }
    return ReportContent(**{**plain, **changes})


@pytest.fixture
def make_report() -> MAKE:
    """A maker of report contents."""
    return make_content


@pytest.fixture
def trial_of() -> Callable[..., Trial]:
    """A maker of trials."""
    return make_trial


@pytest.fixture
def signal_of() -> Callable[..., SwaySignal]:
    """A maker of signals."""
    return make_signal
