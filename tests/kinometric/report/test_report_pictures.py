"""Pages as pictures beside the ones that were looked at: a page that looks different fails, and its picture is kept."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from kinometric.report import (
    DocumentIdentity,
    FiledReport,
    PageOptions,
    QuestionnaireSummary,
    ReportContent,
    SessionLevel,
    SignedText,
    StanceReport,
    TrendPoint,
    display_name,
    render_report,
)
from kinometric.scoring.trend import MeasurementError
from kinometric.scoring.values import ENGINE_VERSION, AgeView, ConfirmedHold

Make = Callable[..., ReportContent]
PICTURES = Path(__file__).with_name("pictures")
WRITE = os.environ.get("KINOMETRIC_WRITE_PICTURES") == "1"
SCALE = 0.9


def plain(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """The report of the design."""
    return make()


def long_names(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """Every text as long as texts come, on A4."""
    name = display_name(
        "Wolfeschlegelsteinhausenbergerdorff-Nguyễn-Papadopoulou-Щербакова",
        "Maximiliana Alexandrina",
        "Guadalupe de la Santísima Trinidad",
        "III",
    )
    return make(
        patient={"name": name},
        test={
            "practice": "Harbor Street Clinic for Physical Medicine and Rehabilitation of the Lower Extremities",
            "performed_by": "Bartholomew Featherstonehaugh-Cholmondeley, PT, DPT",
            "device": "A telephone whose maker gave it a very long name indeed",
            "footwear_and_surface": "Thick-soled orthopaedic shoes, carpet over concrete",
            "assistance": "Contact guard, two people, gait belt on",
            "clinical_question": "Unsteady on stairs, on grass, in the shower, and on the bus since last summer",
        },
        note=SignedText("A long interpretation that fills its lines. " * 14, "Dr. Smith"),
        options=PageOptions(page_size="a4"),
    )


def four_missing(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """Nothing was recorded and nobody said why."""
    return make(
        stances=(),
        level=SessionLevel(None, "Incomplete: neither leg has a level with eyes open."),
        review=None,
        gaps=(),
        trend=(),
        questionnaires=(),
        note=None,
    )


def odd_outcomes(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """A provisional, an unable, an ended and a stopped trial, not reviewed, not linked."""
    none = {"score": None, "level": None, "level_basis": None, "measures": None, "confirmed_hold": None}
    unable = {**none, "score": 0.0, "level": "critical", "level_basis": "score"}
    return make(
        stances=(
            StanceReport("LBEO", trial("LBEO", provisional=True, confirmed_hold=None), signal(1, 0.2), 2),
            StanceReport(
                "RBEO",
                trial("RBEO", outcome="unable", reason="hip operation", hold_s=0.0, held_full=False, **unable),
            ),
            StanceReport("LBEC", trial("LBEC", outcome="ended_early", hold_s=8.04, held_full=False, **none), None, 1),
            StanceReport("RBEC", trial("RBEC", outcome="stopped", reason="dizzy", hold_s=None, **none), None, 1),
        ),
        level=SessionLevel("critical", "Session level, from the weaker eyes-open leg (right, 0.0 of 10).", True),
        review=None,
        patient={"athena_patient_id": None, "is_test": False, "sex": ""},
    )


def one_failed(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """One recording could not carry a score; its signal goes far beyond the plots."""
    failed = trial(
        "RBEO", outcome="not_scorable", reason="clipped at 2 g", score=None, level=None, level_basis=None, hold_s=None
    )
    stances = make().stances
    return make(
        stances=(stances[0], StanceReport("RBEO", failed, signal(5, 3.0), 1), *stances[2:]),
        level=SessionLevel(None, "Incomplete: the right leg has no level with eyes open."),
    )


def sixty_sessions(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """Five years of history."""
    points = tuple(
        TrendPoint(
            date(2022, 1, 5) + timedelta(days=30 * n),
            {"LBEO": 5 + 2 * (n % 7) / 7, "RBEO": 4 + n / 20, "LBEC": None if n % 5 else 2.0, "RBEC": 1 + n / 60},
        )
        for n in range(60)
    )
    return make(trend=points, options=PageOptions(history=True, traces=False))


def other_script(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """A name that the fonts cannot show."""
    return make(patient={"name": "王小明, Anna", "born": None, "age_years": None})


def long_reasons(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """Reasons, findings and names of people as long as somebody may type them."""
    why = "The foot touched the floor for a moment when a door was slammed in the corridor and the patient looked round"
    base = make().stances
    hold = ConfirmedHold(6.4, False, "user-7", "2026-11-02T19:16:00Z", f"{why}. {why}.")
    corrected = dataclasses.replace(base[3].trial, confirmed_hold=hold)
    none = {"score": None, "level": None, "level_basis": None, "measures": None, "confirmed_hold": None}
    stopped = trial("LBEC", outcome="stopped", reason=f"{why}; {why}; {why}.", hold_s=None, **none)
    missed = trial("RBEO", outcome="not_attempted", reason="unbrokenword" * 20, hold_s=None, **none)
    return make(
        stances=(
            base[0],
            StanceReport("RBEO", missed),
            StanceReport("LBEC", stopped, None, 1),
            dataclasses.replace(base[3], trial=corrected, count=3, confirmed_by="Dr. Maximiliana Wolfeschlegelstein"),
        ),
        level=SessionLevel(None, "Incomplete: the right leg has no level with eyes open."),
    )


def all_outcomes(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """The outcomes that the other cases lack: supported, not attempted, unreadable, and eyes closed unable."""
    none = {"score": None, "level": None, "level_basis": None, "measures": None, "confirmed_hold": None, "hold_s": None}
    unable = {**none, "score": 0.0, "hold_s": 0.0, "held_full": False}
    return make(
        stances=(
            StanceReport("LBEO", trial("LBEO", outcome="supported", reason="held the rail", **none), None, 1),
            StanceReport("RBEO", trial("RBEO", outcome="not_attempted", reason="tired", **none)),
            StanceReport("LBEC", trial("LBEC", outcome="unreadable", reason="cut off in line 12", **none), None, 1),
            StanceReport("RBEC", trial("RBEC", outcome="unable", reason="refused to close the eyes", **unable)),
        ),
        level=SessionLevel(None, "Incomplete: neither leg has a level with eyes open."),
        note=None,
    )


def corrected_report(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """A second report of a test, by a practice with a name of 200 letters, with the measurement error known, on A4."""
    name = (
        "Harbor Street Clinic for Physical Medicine, Rehabilitation of the Lower Extremities, Vestibular and Balance "
    )
    name += "Testing, Sports Injuries, Orthopaedic Aftercare and the Prevention of Falls, Northern Branch"
    assert len(name) == 200
    return make(
        identity=DocumentIdentity("ses_5f21", "pat_9c04", "rev_77aa", "60145", 3, "upl_1", 1),
        replaces=FiledReport("4711008", datetime(2026, 11, 2, 14, 25, tzinfo=timezone(timedelta(hours=-5)))),
        test={"practice": name},
        measurement_error=MeasurementError(0.8, 40, 20, ENGINE_VERSION),
        trend_sentence="1 earlier session is not reviewed and left out.",
        options=PageOptions(page_size="a4"),
    )


def everything(make: Make, trial: Callable[..., Any], signal: Callable[..., Any]) -> ReportContent:
    """Three questionnaires, one with answers missing, a long note, an accepted draft, and the age view switched on."""
    said = "At 71-75 years, 53.6 % do not reach 10 s with eyes open on either leg."
    view = AgeView("eyes_open", 75.0, "71-75", None, None, 53.6, None, said, "B", True, "Araujo CG. 2022;56:975.")
    base = make().stances
    aged = dataclasses.replace(base[1], trial=dataclasses.replace(base[1].trial, age_view=view))
    yes = ("fallen in past year", "unsteady when walking", "worried about falling", "lost feeling in feet")
    return make(
        stances=(base[0], aged, *base[2:]),
        questionnaires=(
            QuestionnaireSummary("Stay Independent (CDC STEADI)", "at least 6 of 14, 3 not answered.", "", yes),
            QuestionnaireSummary("Three key questions (CDC STEADI)", "3 of 3, complete.", "Any yes: at risk.", yes[:3]),
            QuestionnaireSummary("4-Stage Balance (CDC STEADI)", "Tandem stand 7 s.", "Under 10 s: at risk."),
        ),
        measurement_error=MeasurementError(0.8, 40, 20, ENGINE_VERSION),
        note=SignedText("The provider's own words fill more than a line or two. " * 30, "Dr. Smith"),
        interpretation=SignedText(
            "Left leg, eyes open (LBEO): held 10.0 s, score 8.2 of 10, Low risk. " * 6, "Dr. Smith"
        ),
        options=PageOptions(interpretation=True, age_view=True),
    )


CASES: list[tuple[Callable[..., ReportContent], int]] = [
    (plain, 0),
    (plain, 1),
    (long_names, 0),
    (four_missing, 0),
    (odd_outcomes, 0),
    (one_failed, 0),
    (one_failed, 1),
    (sixty_sessions, 0),
    (sixty_sessions, 1),
    (other_script, 0),
    (long_reasons, 0),
    (all_outcomes, 0),
    (corrected_report, 0),
    (corrected_report, 1),
    (everything, 0),
    (everything, 1),
]


def picture_of(pdf: bytes, page: int) -> Image.Image:
    """Return one page in sixteen greys, as a printer without colour shows it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        grey = document[page].render(scale=SCALE, grayscale=True).to_numpy().squeeze()
    finally:
        document.close()
    return Image.fromarray((grey // 17 * 17).astype(np.uint8))


def share_of_difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that differ by more than a quarter of the range; 1 for another size."""
    if one.size != other.size:
        return 1.0
    difference = np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int))
    return float(np.mean(difference > 64))


@pytest.mark.parametrize(("case", "page"), CASES, ids=[f"{case.__name__}-{page + 1}" for case, page in CASES])
def test_a_page_looks_like_the_picture_that_was_looked_at(
    make_report: Make,
    trial_of: Callable[..., Any],
    signal_of: Callable[..., Any],
    repository: Path,
    case: Callable[..., ReportContent],
    page: int,
) -> None:
    picture = picture_of(render_report(case(make_report, trial_of, signal_of)), page)
    kept = PICTURES / f"{case.__name__}-{page + 1}.png"
    if WRITE:
        PICTURES.mkdir(exist_ok=True)
        picture.quantize(16).save(kept, optimize=True)
    with Image.open(kept) as expected:
        share = share_of_difference(picture, expected.convert("L"))
    if share > 0.004:
        folder = repository / "build" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / kept.name)
    assert share <= 0.004, f"see build/pictures/{kept.name} beside tests/kinometric/report/pictures/{kept.name}"


def test_a_page_with_a_changed_word_is_noticed(make_report: Make) -> None:
    one = picture_of(render_report(make_report()), 0)
    other = picture_of(render_report(make_report(review=None)), 0)
    assert share_of_difference(one, other) > 0.004


def test_the_pictures_are_small_enough_for_the_repository() -> None:
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 600_000
