"""What the report says about each outcome of a trial, about holds, levels and names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pypdfium2
import pytest

from kinometric.recordings.recording import Finding
from kinometric.report import (
    PageOptions,
    ReportContent,
    Review,
    SessionLevel,
    SignedText,
    StanceReport,
    age_on,
    display_name,
    gap_sentences,
    render_report,
    session_level,
    stance_reports,
)
from kinometric.report.typeface import printable
from kinometric.scoring import Trial, make_session, outcome_trial
from kinometric.scoring.values import AgeView, ConfirmedHold

Make = Callable[..., ReportContent]
MakeTrial = Callable[..., Trial]


def words_of(content: ReportContent, page: int | None = None) -> str:
    """Return the text of one page, or of all."""
    document = pypdfium2.PdfDocument(render_report(content))
    try:
        pages = []
        for item in document:
            text = item.get_textpage()
            pages.append(" ".join(text.get_text_range().split()))
            text.close()
            item.close()
        return pages[page] if page is not None else " ".join(pages)
    finally:
        document.close()


def only(stance: str, trial: Trial | None, **more: object) -> tuple[StanceReport, ...]:
    """Return a session with one stance."""
    return (StanceReport(stance, trial, None, 1, "Dr. Smith", **more),)  # type: ignore[arg-type]


def test_a_reviewed_session_names_reviewer_and_time(make_report: Make) -> None:
    words = words_of(make_report())
    assert "Dr. Smith, 02-Nov-2026 14:18" in words
    assert "NOT REVIEWED" not in words
    assert "PROVISIONAL" not in words


def test_a_session_without_review_says_so_in_the_block_and_across_the_page(make_report: Make) -> None:
    words = words_of(make_report(review=None))
    assert "Not reviewed" in words
    assert "NOT REVIEWED." in words
    assert "Not for the chart." in words


def test_a_provisional_score_carries_a_question_mark_and_the_word(make_report: Make, trial_of: MakeTrial) -> None:
    trial = trial_of(provisional=True, confirmed_hold=None, hold_source="detected")
    words = words_of(make_report(review=None, stances=only("LBEO", trial)))
    assert "8.2?" in words
    assert "Low risk?" in words
    assert "Provisional: hold not confirmed by a person." in words
    assert "Hold not confirmed, score provisional: LBEO." in words
    assert "NOT REVIEWED. Scores are provisional" in words


def test_a_reviewed_report_with_an_unconfirmed_hold_warns_all_the_same(make_report: Make, trial_of: MakeTrial) -> None:
    trial = trial_of(provisional=True, confirmed_hold=None)
    assert "PROVISIONAL. At least one score" in words_of(make_report(stances=only("LBEO", trial)))


@pytest.mark.parametrize(
    ("outcome", "reason", "expected"),
    [
        ("unable", "hip operation", "Unable to stand on this leg. Hip operation."),
        ("stopped", "dizzy", "Stopped by staff, not scored. Dizzy."),
        ("supported", "held the rail", "Supported, not scored. Held the rail."),
        ("not_attempted", "pain today", "Not attempted. Pain today."),
    ],
)
def test_a_stated_outcome_is_printed_with_its_reason(
    make_report: Make, outcome: str, reason: str, expected: str
) -> None:
    trial = outcome_trial("RBEO", outcome, reason=reason, age=75)  # type: ignore[arg-type]
    words = words_of(make_report(stances=only("RBEO", trial)), 0)
    assert expected in words


def test_unable_counts_with_score_zero_and_critical(make_report: Make) -> None:
    trial = outcome_trial("RBEO", "unable", reason="hip operation", age=75)
    words = words_of(make_report(stances=only("RBEO", trial)), 0)
    assert "Right, eyes open 0.0 Critical risk Unable to stand on this leg." in words


@pytest.mark.parametrize("outcome", ["not_scorable", "unreadable"])
def test_an_unscored_recording_says_why_and_shows_no_number(
    make_report: Make, trial_of: MakeTrial, outcome: str
) -> None:
    trial = trial_of(
        outcome=outcome,
        reason="the rate is 20 Hz",
        score=None,
        level=None,
        level_basis=None,
        hold_s=None,
        measures=None,
    )
    words = words_of(make_report(stances=only("LBEO", trial), note=None, trend=()), 0)
    assert {"not_scorable": "Not scorable.", "unreadable": "The recording could not be read."}[outcome] in words
    assert "The rate is 20 Hz." in words
    assert "0.0" not in words.split("Ellipse")[1].split("Same scale")[0]


def test_a_recording_that_ended_early_shows_a_lower_bound(make_report: Make, trial_of: MakeTrial) -> None:
    trial = trial_of(outcome="ended_early", score=None, level=None, level_basis=None, hold_s=8.06, held_full=False)
    words = words_of(make_report(stances=only("LBEO", trial)), 0)
    assert "Not scored: the recording ended early. Held at least 8.0 s." in words


def test_four_missing_tests_are_four_times_missing(make_report: Make) -> None:
    content = make_report(stances=(), level=SessionLevel(None, "No session level."), trend=(), review=None)
    words = words_of(content, 0)
    assert words.count("Missing: no recording and no reason given.") == 4
    assert words.count("no sway path") == 4
    assert "no trial on the left, no trial on the right" in words


def test_detected_and_confirmed_hold_stand_side_by_side_with_who_and_why(make_report: Make) -> None:
    words = words_of(make_report(), 0)
    assert "Holds confirmed by Dr. Smith as detected: LBEO 10.0 s, RBEO 10.0 s, LBEC 4.2 s." in words
    assert "RBEC detected 6.8 s, set to 6.4 s by Dr. Smith: “foot touched down”." in words


def test_a_hold_set_where_nothing_was_detected_says_so(make_report: Make, trial_of: MakeTrial) -> None:
    trial = trial_of(
        "LBEC",
        hold_s=5.0,
        held_full=False,
        detected_hold_s=None,
        confirmed_hold=ConfirmedHold(5.0, False, "user-7", "2026-11-02T19:16:00Z", "seen"),
    )
    words = words_of(make_report(stances=only("LBEC", trial)))
    assert "LBEC nothing detected, set to 5.0 s by Dr. Smith: “seen”." in words
    assert "Down at 5.0 s, set by Dr. Smith (none detected)." in words


@pytest.mark.parametrize(
    ("score", "printed"), [(4.99, "4.9"), (7.4999, "7.4"), (2.5, "2.5"), (10.0, "10.0"), (0.0, "0.0")]
)
def test_a_score_is_rounded_down(make_report: Make, trial_of: MakeTrial, score: float, printed: str) -> None:
    words = words_of(make_report(stances=only("LBEO", trial_of(score=score))), 0)
    assert f"Left, eyes open {printed} " in words


@pytest.mark.parametrize(
    ("level", "words_expected"),
    [("critical", "Critical risk"), ("high", "High risk"), ("moderate", "Moderate risk"), ("low", "Low risk")],
)
def test_a_level_is_written_with_its_noun(
    make_report: Make, trial_of: MakeTrial, level: str, words_expected: str
) -> None:
    content = make_report(stances=only("LBEO", trial_of(level=level)), level=SessionLevel(level, "Why."))
    assert words_of(content, 0).count(words_expected) >= 2


def age_view(*, printable_: bool) -> AgeView:
    """Return an age view with a low level."""
    return AgeView(
        "eyes_closed",
        75.0,
        "70-79",
        60.0,
        3.0,
        None,
        "low",
        "Longer than 60 of 100 people of 70 to 79.",
        "A" if printable_ else "C",
        printable_,
        "Springer BA, Marin R. Normative values for the unipedal stance test. J Geriatr Phys Ther 2007;30:8-15.",
    )


@pytest.mark.parametrize(("switched_on", "confirmed"), [(False, True), (True, False), (False, False)])
def test_the_eyes_closed_level_is_not_printed_unless_switched_on_and_confirmed(
    make_report: Make, trial_of: MakeTrial, switched_on: bool, confirmed: bool
) -> None:
    trial = trial_of("LBEC", level="low", level_basis="age", age_view=age_view(printable_=confirmed))
    content = make_report(
        stances=only("LBEC", trial), options=PageOptions(age_view=switched_on), level=SessionLevel(None, "None.")
    )
    words = words_of(content)
    assert "none, eyes closed" in words
    assert "Low risk for age" not in words
    assert "Longer than 60" not in words


def test_the_eyes_closed_level_is_printed_for_age_where_it_may_be(make_report: Make, trial_of: MakeTrial) -> None:
    trial = trial_of("LBEC", level="low", level_basis="age", age_view=age_view(printable_=True))
    words = words_of(make_report(stances=only("LBEC", trial), options=PageOptions(age_view=True)))
    assert "Low risk for age" in words
    assert "LBEC: Longer than 60 of 100 people of 70 to 79. (Springer 2007, solid evidence)" in words
    assert "unipedal" not in words


def test_a_finding_of_the_signal_is_named_with_its_stance(make_report: Make) -> None:
    words = words_of(make_report(), 0)
    assert "see notes" in words
    assert "RBEC: 1 gap of 0.08 s at 8.21 s." in words


def test_a_finding_of_all_four_signals_is_said_once(make_report: Make, trial_of: MakeTrial) -> None:
    finding = Finding("placement", "shown", "The scale is made for the waist.")
    names = ("LBEO", "RBEO", "LBEC", "RBEC")
    stances = tuple(StanceReport(name, trial_of(name, findings=(finding,)), None, 1) for name in names)
    words = words_of(make_report(stances=stances), 0)
    assert "All four: The scale is made for the waist." in words
    assert words.count("made for the waist") == 1


def test_a_harmless_finding_is_not_printed(make_report: Make, trial_of: MakeTrial) -> None:
    trial = trial_of(findings=(Finding("rate", "fine", "Resampled from 99.8 Hz."),))
    words = words_of(make_report(stances=only("LBEO", trial)), 0)
    assert "Resampled" not in words
    assert "good" in words


def test_axes_are_called_major_and_minor_where_the_mounting_is_not_stated(
    make_report: Make, trial_of: MakeTrial, signal_of: Callable[..., object]
) -> None:
    stance = StanceReport("LBEO", trial_of(), signal_of(1, 0.2, axes=("major", "minor")), 1)  # type: ignore[arg-type]
    words = words_of(make_report(stances=(stance,)))
    assert "RMS maj" in words
    assert "horizontal directions of most and least sway" in words
    assert "front to back" not in words


def test_best_of_several_trials_is_said(make_report: Make, trial_of: MakeTrial) -> None:
    assert "LBEO best of 3." in words_of(
        make_report(
            stances=(StanceReport("LBEO", trial_of(), None, 3), StanceReport("RBEO", trial_of("RBEO"), None, 1))
        )
    )
    assert "Best of 2 trials each." in words_of(make_report(stances=(StanceReport("LBEO", trial_of(), None, 2),)))


def test_a_patient_without_link_birth_date_or_sex_is_said_to_be_without(make_report: Make) -> None:
    content = make_report(patient={"athena_patient_id": None, "born": None, "age_years": None, "sex": ""})
    for page in (0, 1):
        words = words_of(content, page)
        assert "Not linked" in words
        assert "Born Not known" in words
        assert "Sex Not known" in words


def test_a_real_patient_carries_no_test_band(make_report: Make) -> None:
    assert "TEST" not in words_of(make_report(patient={"is_test": False}))


def test_without_a_typed_interpretation_the_page_says_no_comment(make_report: Make) -> None:
    assert "Provider’s interpretation No comment." in words_of(make_report(note=None))
    assert "Provider’s interpretation No comment." in words_of(make_report(note=SignedText("  ", "Dr. Smith")))
    assert "Provider’s interpretation" not in words_of(make_report(options=PageOptions(note=False)))


def test_a_drafted_text_is_printed_only_when_accepted_by_name_and_asked_for(make_report: Make) -> None:
    draft = SignedText("The left leg scored 8.2.", "Dr. Smith")
    asked = PageOptions(interpretation=True)
    assert "accepted by Dr. Smith The left leg scored 8.2." in words_of(
        make_report(interpretation=draft, options=asked)
    )
    assert "The left leg scored" not in words_of(make_report(interpretation=draft))
    nobody = dataclasses.replace(draft, by=" ")
    assert "The left leg scored" not in words_of(make_report(interpretation=nobody, options=asked))


def test_no_arrow_and_no_word_of_progress_stands_beside_a_change(make_report: Make) -> None:
    words = words_of(make_report(), 0)
    assert "LBEO +0.6, RBEO +0.9, LBEC +0.3, RBEC +0.3. Measurement error not established." in words
    for word in ("improv", "better", "worse", "↑", "↓", "progress"):
        assert word not in words.lower()


def test_the_change_is_that_of_the_printed_scores(make_report: Make) -> None:
    from kinometric.report import TrendPoint

    points = (TrendPoint(date(2026, 1, 1), {"LBEO": 4.99}), TrendPoint(date(2026, 2, 1), {"LBEO": 5.01}))
    assert "LBEO +0.1" in words_of(make_report(trend=points), 0)


@pytest.mark.parametrize(
    "name",
    ["ŁUKASIEWICZ-ÅBERG, Żaneta", "NGUYỄN, Thị Hồng Đào", "ΠΑΠΑΔΟΠΟΥΛΟΥ, Ελένη", "ЩЕРБАКОВА, Ёлка", "ÇELİK, Işıl"],
)
def test_latin_vietnamese_greek_and_cyrillic_names_are_printed_as_they_are(make_report: Make, name: str) -> None:
    words = words_of(make_report(patient={"name": name}))
    assert words.count(name) == 2
    assert "cannot show" not in words


def test_a_decomposed_name_is_composed_first(make_report: Make) -> None:
    assert "LÓPEZ" in words_of(make_report(patient={"name": "LO\u0301PEZ, Ana"}))


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("王小明", "Chinese characters"),
        ("محمد علي", "Arabic script"),
        ("김민준", "Korean script"),
        ("สมชาย", "Thai script"),
        ("שרה", "Hebrew script"),
    ],
)
def test_a_name_in_a_script_without_a_font_is_said_not_dropped(make_report: Make, name: str, script: str) -> None:
    content = make_report(patient={"name": f"{name}, Anna"})
    for page in (0, 1):
        words = words_of(content, page)
        assert f"[{script}], Anna" in words
        assert f"The name holds {script}, which this report’s font cannot show" in words


def test_a_note_in_another_script_keeps_what_can_be_shown(make_report: Make) -> None:
    assert "steady [Chinese characters] today" in words_of(make_report(note=SignedText("steady 稳定 today", "")))


def test_words_of_one_missing_script_share_one_bracket() -> None:
    assert printable("محمد علي Ali") == ("[Arabic script] Ali", ("Arabic script",))


def test_control_characters_never_reach_the_page() -> None:
    assert printable("a\tb\x00c\u200fd") == ("a b cd", ())


def test_long_names_are_never_cut(make_report: Make) -> None:
    name = display_name(
        "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh",
        "Maximiliana Alexandrina",
        "Guadalupe de la Santísima",
        "III",
    )
    for page in (0, 1):
        words = words_of(make_report(patient={"name": name}), page)
        for part in ("WOLFESCHLEGELSTEINHAUSENBERGERDORFF", "FEATHERSTONEHAUGH,", "Maximiliana", "Santísima", "III"):
            assert part in words


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Muestra-López", "Maria", "Elena", ""), "MUESTRA-LÓPEZ, Maria Elena"),
        (("Beispiel", "", "", ""), "BEISPIEL"),
        (("", "Maria", "", ""), "Maria"),
        (("O'Brien", "Sean", "", "Jr"), "O'BRIEN, Sean Jr"),
    ],
)
def test_names_are_family_first(parts: tuple[str, str, str, str], expected: str) -> None:
    assert display_name(*parts) == expected


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1951, 3, 4), date(2026, 3, 3), 74),
        (date(1951, 3, 4), date(2026, 3, 4), 75),
        (date(1952, 2, 29), date(2026, 2, 28), 73),
        (date(1952, 2, 29), date(2026, 3, 1), 74),
    ],
)
def test_age_is_in_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_a_scored_session_becomes_four_stances_and_a_level(trial_of: MakeTrial) -> None:
    moderate = trial_of("RBEO", score=6.8, level="moderate")
    session = make_session([trial_of("LBEO"), moderate, trial_of("LBEO", hold_s=4.0, held_full=False, score=2.0)])
    reports = stance_reports(session, confirmed_by={"user-7": "Dr. Smith"})
    assert [(report.stance, report.count) for report in reports] == [("LBEO", 2), ("RBEO", 1), ("LBEC", 0), ("RBEC", 0)]
    assert reports[0].confirmed_by == "Dr. Smith"
    assert stance_reports(session)[0].confirmed_by is None
    level = session_level(session)
    assert (level.level, level.provisional) == ("moderate", False)
    assert level.sentence == "Session level, from the weaker eyes-open leg (right, 6.8 of 10)."


def test_a_session_with_one_leg_missing_names_the_leg(trial_of: MakeTrial) -> None:
    level = session_level(make_session([trial_of("LBEO")]))
    assert level.level is None
    assert "right" in level.sentence


def test_only_gaps_beyond_the_noise_are_named(trial_of: MakeTrial) -> None:
    short = trial_of("RBEO", hold_s=2.0, held_full=False, score=1.0, level="critical")
    flagged = gap_sentences(make_session([trial_of("LBEO"), short]))
    assert len(flagged) == 1
    assert "8.0 s longer" in flagged[0]
    calm = gap_sentences(make_session([trial_of("LBEO"), trial_of("RBEO")]))
    assert calm == ("No left–right or open–closed difference beyond the published noise.",)
    assert gap_sentences(make_session([trial_of("LBEO")])) == ()


def test_reviews_are_values(make_report: Make) -> None:
    content = make_report()
    assert isinstance(content.review, Review)
    with pytest.raises(dataclasses.FrozenInstanceError):
        content.review.by = "somebody"  # type: ignore[misc]
