"""Where things stand on the page: no words over words, nothing beyond the margins, whatever the session holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinometric.recordings.recording import Finding
from kinometric.report import (
    PageOptions,
    QuestionnaireSummary,
    ReportContent,
    SessionLevel,
    SignedText,
    StanceReport,
    TrendPoint,
    render_report,
)
from kinometric.report.block import Columns, LeadText, Line, Space, Stack, Text
from kinometric.report.document import _lay_out
from kinometric.report.frame import BOX_TOP, MARGIN, foot_top, identity_bottom, page_widths
from kinometric.report.paths import SMALLEST_SIDE, SwayPaths, measured_part
from kinometric.report.trend import HistoryTable, history_blocks

Make = Callable[..., ReportContent]


@dataclass(frozen=True)
class Box:
    """A run of text on a page, in points from below."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share more than a hairline."""
        across = min(self.right, other.right) - max(self.left, other.left)
        along = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > 0.8 and along > 0.8


def boxes_of(pdf: bytes) -> list[list[Box]]:
    """Return the text boxes of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            boxes = []
            for index in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(index)
                words = text.get_text_bounded(left, bottom, right, top).strip()
                boxes.append(Box(left, bottom, right, top, words))
            pages.append([box for box in boxes if box.text])
            text.close()
            page.close()
        return pages
    finally:
        document.close()


def assert_tidy(content: ReportContent) -> None:
    """Check every page: no words over words, none in the margins, none below the foot."""
    width, height = page_widths(content)
    for number, boxes in enumerate(boxes_of(render_report(content)), start=1):
        for box in boxes:
            where = (number, box.text)
            assert box.left >= MARGIN - 1.0, where
            assert box.right <= width - MARGIN + 1.0, where
            assert box.bottom >= 22.0, where
            assert box.top <= height - 36.0, where
        ordered = sorted(boxes, key=lambda each: -each.top)
        for index, one in enumerate(ordered):
            for other in ordered[index + 1 :]:
                if other.top < one.bottom:
                    break
                assert not one.overlaps(other), (number, one.text, other.text)


def test_the_report_of_the_design_is_tidy(make_report: Make) -> None:
    assert_tidy(make_report(options=PageOptions(history=True)))
    assert_tidy(make_report(options=PageOptions(history=True, page_size="a4")))


WORDS = st.lists(
    st.sampled_from(
        ["Guadalupe", "de", "la", "Santísima", "Maximiliana", "Wolfeschlegelsteinhausen-Nguyễn", "Ана", "王小明"]
    ),
    min_size=1,
    max_size=7,
).map(" ".join)
SHORT = st.sampled_from(["", "Phone", "Thick-soled orthopaedic shoes, carpet over concrete", "Standby, none used"])


@st.composite
def outcomes(draw: st.DrawFn) -> dict[str, Any] | None:
    """What became of one stance: None for missing, else changes to a held trial."""
    kind = draw(st.sampled_from(["missing", "held", "down", "provisional", "unable", "stopped", "early", "findings"]))
    none = {"score": None, "level": None, "level_basis": None, "measures": None, "confirmed_hold": None}
    reason = draw(
        st.sampled_from(["dizzy", "pain in the hip since the operation last month, leans on the rail at once"])
    )
    return {
        "missing": None,
        "held": {},
        "down": {"hold_s": 3.3, "held_full": False, "score": 1.65, "level": "critical"},
        "provisional": {"provisional": True, "confirmed_hold": None},
        "unable": {**none, "outcome": "unable", "reason": reason, "score": 0.0, "hold_s": 0.0, "held_full": False},
        "stopped": {**none, "outcome": "stopped", "reason": reason, "hold_s": None},
        "early": {**none, "outcome": "ended_early", "hold_s": 8.0, "held_full": False},
        "findings": {"findings": (Finding("x", "shown", f"Something long about the signal, {reason}."),)},
    }[kind]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=WORDS,
    facts=st.tuples(SHORT, SHORT, SHORT, SHORT),
    results=st.tuples(outcomes(), outcomes(), outcomes(), outcomes()),
    note_words=st.integers(0, 260),
    sessions=st.integers(0, 9),
    questionnaires=st.integers(0, 3),
    reviewed=st.booleans(),
    size=st.sampled_from(["letter", "a4"]),
)
def test_every_session_is_tidy(
    make_report: Make,
    trial_of: Callable[..., Any],
    signal_of: Callable[..., Any],
    name: str,
    facts: tuple[str, str, str, str],
    results: tuple[dict[str, Any] | None, ...],
    note_words: int,
    sessions: int,
    questionnaires: int,
    reviewed: bool,
    size: str,
) -> None:
    stances = []
    for stance, changes in zip(("LBEO", "RBEO", "LBEC", "RBEC"), results, strict=True):
        if changes is None:
            stances.append(StanceReport(stance))
            continue
        closed = {"level": None, "level_basis": None} if stance.endswith("EC") else {}
        trial = trial_of(stance, **{**changes, **closed})
        signal = signal_of(len(stance), 0.4) if trial.measures is not None else None
        stances.append(StanceReport(stance, trial, signal, 2, "Dr. Smith"))
    day = date(2026, 11, 2)
    more: dict[str, Any] = {} if reviewed else {"review": None}
    content = make_report(
        patient={"name": name},
        test=dict(zip(("device", "footwear_and_surface", "assistance", "performed_by"), facts, strict=True)),
        stances=tuple(stances),
        trend=tuple(TrendPoint(day - timedelta(days=37 * n), {"LBEO": 5.0 + n / 3}) for n in range(sessions))[::-1],
        questionnaires=tuple(
            QuestionnaireSummary(
                f"Questionnaire {n}", "At least 3 of 14, 2 questions not answered.", "A note.", ("a", "b")
            )
            for n in range(questionnaires)
        ),
        note=SignedText("words " * note_words, "Dr. Smith"),
        options=PageOptions(page_size=size, history=sessions > 5),  # type: ignore[arg-type]
        **more,
    )
    assert_tidy(content)


def test_the_first_page_stays_whole_by_smaller_plots(make_report: Make) -> None:
    two = make_report().questionnaires * 2
    content = make_report(review=None, questionnaires=two, options=PageOptions(traces=False))
    pages = boxes_of(render_report(content))
    assert len(pages) == 1
    assert_tidy(content)


def test_the_plots_never_get_smaller_than_they_can_be_read(make_report: Make) -> None:
    content = make_report()
    inner = 528.0
    spare = SwayPaths(content).spare(inner)
    assert spare > 20.0
    smallest = SwayPaths(content, spare)
    assert smallest.spare(inner) == 0.0
    assert smallest.height(inner) == pytest.approx(SwayPaths(content).height(inner) - spare)
    assert SMALLEST_SIDE >= 80.0


def test_the_four_plots_are_alike_and_side_by_side(make_report: Make) -> None:
    (page,) = boxes_of(render_report(make_report(options=PageOptions(traces=False))))
    scales = [box for box in page if box.text == "ML, m/s²"]
    assert len(scales) == 4
    assert len([box for box in page if box.text == "−1.5"]) == 4
    assert len([box for box in page if box.text == "1.5"]) == 4
    assert max(box.top for box in scales) - min(box.top for box in scales) < 0.5
    lefts = sorted(box.left for box in scales)
    steps = [right - left for left, right in pairwise(lefts)]
    assert max(steps) - min(steps) < 0.5


def test_numbers_of_a_column_end_at_the_same_place(make_report: Make) -> None:
    page = boxes_of(render_report(make_report(options=PageOptions(traces=False))))[0]
    scores = [box for box in page if box.text in ("8.2", "6.8", "2.1", "3.2") and box.right < 250]
    assert len(scores) == 4
    assert max(box.right for box in scores) - min(box.right for box in scores) < 0.6


def test_the_identity_block_grows_with_the_name_and_pushes_the_rest_down(make_report: Make) -> None:
    short, long = make_report(), make_report(patient={"name": "Guadalupe " * 12})
    assert identity_bottom(long, 612.0, full=True) > identity_bottom(short, 612.0, full=True) + 20
    assert identity_bottom(short, 612.0, full=False) < identity_bottom(short, 612.0, full=True)
    assert identity_bottom(short, 612.0, full=False) > BOX_TOP


def test_a_longer_foot_begins_higher() -> None:
    none, one = foot_top(612.0, 792.0, ""), foot_top(612.0, 792.0, "One line.")
    many = foot_top(612.0, 792.0, "Words that fill the foot. " * 20)
    assert none > one > many


def test_a_page_does_not_end_with_a_rule_or_begin_with_a_space(make_report: Make) -> None:
    for words in range(60, 130, 5):
        content = make_report(note=SignedText("words " * words * 4, "Dr. Smith"), options=PageOptions(traces=False))
        pages = boxes_of(render_report(content))
        for page in pages[1:]:
            body = [box for box in page if box.top < 792.0 - identity_bottom(content, 612.0, full=False)]
            first = max(box.top for box in body)
            assert first > 792.0 - identity_bottom(content, 612.0, full=False) - 30.0


def test_blocks_know_their_heights() -> None:
    text = Text("one two three " * 30, leading=12.0, below=3.0)
    assert text.height(100.0) > text.height(400.0)
    assert (text.height(400.0) - 3.0) % 12.0 == 0.0
    assert Stack(text, Space(7.0)).height(400.0) == text.height(400.0) + 7.0
    assert Line([("a", "regular", (0.0, 0.0, 0.0))], leading=14.0).height(10.0) == 14.0
    lead = LeadText("6 of 14, complete.", "Yes to: " + "something long; " * 10, leading=10.0)
    assert lead.height(150.0) >= 40.0
    pair = Columns(Space(30.0), Space(50.0), 0.5)
    assert pair.height(400.0) == 50.0


def test_the_history_fills_pages_and_loses_no_row(make_report: Make) -> None:
    points = tuple(TrendPoint(date(2020, 1, 1) + timedelta(days=n), {"LBEO": 5.0}) for n in range(130))
    blocks = history_blocks(make_report(trend=points), 600.0)
    assert len(blocks) == 4
    assert sum(HistoryTable(points[:n]).height(500.0) for n in (1,)) < 60.0
    content = make_report(trend=points, options=PageOptions(history=True, traces=False))
    text = " ".join(box.text for page in boxes_of(render_report(content)) for box in page)
    for point in points:
        assert f"{point.tested_on.day:02d}-{point.tested_on:%b}-2020" in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (1.0, 9.5)),
        ({"measures": None}, (1.0, 9.5)),
        ({"measures": None, "hold_s": 4.0, "held_full": False}, (1.0, 4.0)),
        ({"measures": None, "hold_s": 0.4, "held_full": False}, (1.0, 1.0)),
        ({"measures": None, "hold_s": None}, (1.0, 9.5)),
    ],
)
def test_the_measured_part_is_that_of_the_measures_else_of_the_hold(
    trial_of: Callable[..., Any], changes: dict[str, Any], expected: tuple[float, float]
) -> None:
    assert measured_part(StanceReport("LBEO", trial_of(**changes))) == expected
    assert measured_part(StanceReport("LBEO")) == (1.0, 1.0)


def test_the_session_level_of_every_kind_fits_its_line(make_report: Make) -> None:
    for level in ("critical", "high", "moderate", "low", None):
        for provisional in (False, True):
            sentence = "Incomplete: the right leg has no level with eyes open, which is said in a long sentence. " * 2
            assert_tidy(make_report(level=SessionLevel(level, sentence, provisional)))


def test_no_page_is_left_with_nothing_but_its_frame(make_report: Make) -> None:
    """The space below the last lines may not fit any more: it opens no page of its own, whatever a page's height."""
    for sentences in (126, 129, 132):
        note = SignedText("Words that fill the lines of a page, one after another. " * sentences, "Dr. Smith")
        content = make_report(note=note, options=PageOptions(traces=False))
        for height in range(780, 804):
            pages = _lay_out(content, 612.0, float(height))
            assert all(any(not isinstance(block, Space) for _, block in page.blocks) for page in pages), height
