"""Facts for a drafted text, taken from a whole report: what the table prints, and nobody's name."""

from __future__ import annotations

import json
from collections.abc import Callable

from kinometric.interpretation import Change, HoldGap, check_text, draft_text, facts_of, facts_of_session
from kinometric.report import (
    ReportContent,
    SessionLevel,
    SignedText,
    StanceReport,
    session_level,
    stance_reports,
)
from kinometric.scoring import Trial, make_session

Make = Callable[..., ReportContent]


def test_the_facts_are_those_of_the_printed_table(make_report: Make) -> None:
    facts = facts_of(make_report())
    assert [(each.stance, each.score, each.hold_s, each.level) for each in facts.stances] == [
        ("LBEO", "8.2", "10.0", "Low risk"),
        ("RBEO", "6.8", "10.0", "Moderate risk"),
        ("LBEC", "2.1", "4.2", None),
        ("RBEC", "3.2", "6.4", None),
    ]
    assert facts.session_level == "Moderate risk"
    assert HoldGap("LBEO", "LBEC", "5.8") in facts.gaps
    assert facts.since == "12-Aug-2026"
    assert facts.changes[0] == Change("LBEO", "+0.6")


def test_nothing_in_the_facts_says_who_it_is(make_report: Make) -> None:
    content = make_report(
        patient={"name": "QUEVEDO, Zenobia", "kinometric_number": "77123", "athena_patient_id": "99881"},
        note=SignedText("Zenobia is well.", "Dr. Smith"),
    )
    text = json.dumps(facts_of(content).numbers())
    for secret in ("QUEVEDO", "Zenobia", "77123", "99881", "Smith", "Harbor", "1951", "Dr."):
        assert secret not in text


def test_the_draft_of_a_whole_report_passes_the_check(make_report: Make) -> None:
    content = make_report()
    facts = facts_of(content)
    words = (*content.patient.name.replace(",", "").split(), content.patient.kinometric_number)
    assert check_text(draft_text(facts), facts, identity_words=words).reasons == ()


def test_missing_tests_are_facts_too(make_report: Make) -> None:
    content = make_report(stances=(StanceReport("LBEO"),), level=SessionLevel(None, "None."), trend=())
    facts = facts_of(content)
    assert all(each.score is None and each.unscored for each in facts.stances)
    assert facts.changes == ()
    assert check_text(draft_text(facts), facts).reasons == ()


def test_a_scored_session_has_the_facts_of_its_report(make_report: Make, trial_of: Callable[..., Trial]) -> None:
    session = make_session([trial_of("LBEO"), trial_of("RBEO", score=6.83, level="moderate")])
    trend = make_report().trend
    content = make_report(stances=stance_reports(session), level=session_level(session), trend=trend)
    assert facts_of_session(session, trend) == facts_of(content)
    assert facts_of_session(session).changes == ()
    text = draft_text(facts_of_session(session, trend))
    assert check_text(text, facts_of_session(session, trend)).reasons == ()
