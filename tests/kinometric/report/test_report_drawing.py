"""The drawing layer: curves stay true to their points, lines of text fit their width, nothing leaves the page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.report import PageOptions, ReportContent, StanceReport, render_report
from kinometric.report.lines import wrap
from kinometric.report.sheet import THIN_PT, Sheet, thin
from kinometric.report.structure import Structure
from kinometric.report.traces import peaks_beyond
from kinometric.report.typeface import typeface

Make = Callable[..., ReportContent]


class PlainCanvas:
    """The part of a canvas that a sheet writes to."""

    def __init__(self) -> None:
        self._code: list[str] = []


def strokes(code: str) -> np.ndarray:
    """Follow the matrices and lines of a content stream; return every point reached, in page points from below."""
    matrix = np.eye(3)
    points: list[tuple[float, float]] = []
    saved: list[np.ndarray] = []
    for line in code.replace(" S", "\nS").splitlines():
        for part in re.findall(r"(?:[-\d.]+ )*[a-zA-Z]+", line):
            *numbers, operator = part.split()
            values = [float(number) for number in numbers]
            if operator == "q":
                saved.append(matrix)
            elif operator == "Q":
                matrix = saved.pop()
            elif operator == "cm":
                a, b, c, d, e, f = values
                matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ matrix
            elif operator in ("m", "l"):
                x, y, _ = np.array([values[0], values[1], 1.0]) @ matrix
                points.append((x, y))
    return np.array(points)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-18, 18), min_size=2, max_size=60), st.sampled_from([0.5, 0.5045, 0.49]))
def test_a_series_passes_every_sample_within_a_third_of_a_tenth_of_a_point(heights: list[float], step: float) -> None:
    canvas = PlainCanvas()
    sheet = Sheet(canvas, Structure(), 0, 612.0, 792.0)
    y = 300.0 + np.array(heights)
    sheet.series(60.0, step, y, (0.0, 0.0, 0.0), 0.7)
    points = strokes("\n".join(canvas._code))
    expected_x = 60.0 + step * np.arange(len(y))
    for x, top in zip(expected_x, y, strict=True):
        nearest = points[np.argmin(np.abs(points[:, 0] - x))]
        assert abs(nearest[0] - x) < 0.01
        assert abs((792.0 - nearest[1]) - top) < step / 6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=2, max_size=80),
)
def test_a_thinned_curve_passes_every_point_within_the_tolerance(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    kept = thin(x, y)
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    assert (np.diff(kept) > 0).all()
    for a, b in pairwise(kept):
        start, end = np.array([x[a], y[a]]), np.array([x[b], y[b]])
        along = end - start
        for index in range(a + 1, b):
            point = np.array([x[index], y[index]])
            share = np.clip((point - start) @ along / max(along @ along, 1e-12), 0, 1)
            assert np.linalg.norm(point - start - share * along) <= THIN_PT + 1e-9


def test_a_smooth_curve_is_thinned_and_a_sharp_corner_kept() -> None:
    x = np.linspace(0, 100, 1000)
    assert len(thin(x, np.zeros(1000))) < 100
    corner = np.abs(x - 50.0)
    assert pytest.approx(x[thin(x, corner)][np.argmin(corner[thin(x, corner)])], abs=0.1) == 50.0


def test_curves_of_fewer_than_two_points_draw_nothing() -> None:
    canvas = PlainCanvas()
    sheet = Sheet(canvas, Structure(), 0, 612.0, 792.0)
    sheet.curve(np.array([1.0]), np.array([1.0]), (0, 0, 0), 1.0)
    sheet.series(0.0, 0.5, np.array([]), (0, 0, 0), 1.0)
    assert canvas._code == []


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab -cdefghijklmnop WQ", min_size=0, max_size=200), st.floats(30, 200))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: float) -> None:
    lines = wrap(text, 8.6, width)
    face = typeface("regular")
    assert all(face.width(line, 8.6) <= width + 1e-6 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_long_name_breaks_after_a_hyphen_before_it_breaks_inside_a_word() -> None:
    lines = wrap("WOLFESCHLEGELSTEINHAUSEN-FEATHERSTONEHAUGH, Anna", 12.0, 240.0, "strong")
    assert lines[0].endswith("-")


def test_peaks_beyond_the_lane_are_the_largest_and_apart() -> None:
    time = np.arange(1000) / 100
    series = np.zeros(1000)
    series[[100, 110, 400, 500, 700, 900]] = [2.0, 3.0, -5.0, 1.4, 1.6, 1.7]
    assert peaks_beyond(time, series) == [(1.1, 3.0), (4.0, -5.0), (9.0, 1.7)]


def grey_page(pdf: bytes, page: int, scale: float = 2.0) -> np.ndarray:
    """Return a page as an array of grey levels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return np.asarray(document[page].render(scale=scale, grayscale=True).to_numpy()).squeeze()
    finally:
        document.close()


@pytest.mark.parametrize("size", ["letter", "a4"])
def test_nothing_is_drawn_in_the_margins(make_report: Make, size: str) -> None:
    options = PageOptions(page_size=size, history=True)  # type: ignore[arg-type]
    pdf = render_report(make_report(options=options, patient={"name": "X" * 120}))
    for page in range(3):
        grey = grey_page(pdf, page)
        for strip in (grey[:, :80], grey[:, -80:], grey[:66, :], grey[-40:, :]):
            assert strip.min() == 255


def test_a_wild_signal_stays_inside_its_plots(
    make_report: Make, trial_of: Callable[..., object], signal_of: Callable[..., object]
) -> None:
    wild = StanceReport("RBEC", trial_of("RBEC"), signal_of(1, 400.0), 1)  # type: ignore[arg-type]
    pdf = render_report(make_report(stances=(wild,), note=None))
    for page in range(2):
        grey = grey_page(pdf, page)
        for strip in (grey[:, :80], grey[:, -80:], grey[:66, :], grey[-40:, :]):
            assert strip.min() == 255
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = re.findall(rb"-?\d+(?:\.\d+)?", document.pages[0].obj.Contents.read_bytes())
    assert max(abs(float(number)) for number in numbers) < 60_000


def test_a_peak_beyond_the_lane_is_cut_with_a_triangle_and_its_value(make_report: Make) -> None:
    document = pypdfium2.PdfDocument(render_report(make_report()))
    try:
        page = document[1].get_textpage()
        words = page.get_text_range()
        page.close()
    finally:
        document.close()
    assert "3.6" in words


@pytest.mark.parametrize(("first", "second"), [("critical", "high"), ("high", "moderate"), ("moderate", "low")])
def test_level_symbols_differ_in_grey(first: str, second: str) -> None:
    shapes = []
    for level in (first, second):
        canvas = PlainCanvas()
        from kinometric.report.symbols import draw_level

        draw_level(Sheet(canvas, Structure(), 0, 100.0, 100.0), 50.0, 50.0, level)
        operators = re.findall(r"\b[mlcfs]\b", " ".join(canvas._code))
        shapes.append("".join(operators))
    assert shapes[0] != shapes[1]


def test_marks_of_a_sheet_are_closed_and_artifacts_kept_apart() -> None:
    canvas = PlainCanvas()
    structure = Structure()
    sheet = Sheet(canvas, structure, 0, 100.0, 100.0)
    sheet.line(0, 0, 1, 1, (0, 0, 0), 1)
    with sheet.group("Table"), sheet.tagged("TD"):
        sheet.line(0, 0, 2, 2, (0, 0, 0), 1)
    sheet.line(0, 0, 3, 3, (0, 0, 0), 1)
    sheet.finish()
    code = [line for line in canvas._code if line.endswith(("BMC", "BDC", "EMC"))]
    assert code == ["/Artifact BMC", "EMC", "/TD <</MCID 0>> BDC", "EMC", "/Artifact BMC", "EMC"]
    (table,) = structure.root.children
    assert table.kind == "Table"
    assert table.children[0].marks == [(0, 0)]
