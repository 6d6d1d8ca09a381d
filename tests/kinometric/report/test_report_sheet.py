"""The sheet and the typeface: what is written into a page, where it stands, and how widths are counted."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from kinometric.report.lines import shortened, wrap
from kinometric.report.sheet import UNIT_PT, Sheet
from kinometric.report.structure import Structure
from kinometric.report.symbols import draw_barred_circle, draw_key, draw_level, draw_marker
from kinometric.report.typeface import printable, typeface

BLACK = (0.0, 0.0, 0.0)
RED = (1.0, 0.0, 0.0)


class Page:
    """A sheet on a canvas of 200 by 100 points, which can be read back."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        typeface("strong")
        self.canvas = Canvas(self.buffer, pagesize=(200, 100), invariant=1, initialFontName=typeface().name)
        self.structure = Structure()
        self.sheet = Sheet(self.canvas, self.structure, 0, 200.0, 100.0)

    @property
    def code(self) -> str:
        """What was written so far."""
        return "\n".join(self.canvas._code)

    def read(self) -> tuple[str, list[tuple[float, float, float, float]], np.ndarray]:
        """Return text, text boxes and picture of the page."""
        self.sheet.finish()
        self.canvas.showPage()
        self.canvas.save()
        document = pypdfium2.PdfDocument(self.buffer.getvalue())
        page = document[0]
        text = page.get_textpage()
        words = text.get_text_range()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        picture = np.asarray(page.render(scale=4, grayscale=True).to_numpy()).squeeze()
        text.close()
        page.close()
        document.close()
        return words, boxes, picture


@pytest.fixture
def page() -> Iterator[Page]:
    """A fresh page."""
    made = Page()
    yield made
    made.canvas._code.clear()


@pytest.mark.parametrize(
    ("align", "left", "right"), [("left", 100, None), ("right", None, 100), ("centre", None, None)]
)
def test_text_stands_where_it_is_aligned(page: Page, align: str, left: float | None, right: float | None) -> None:
    width = page.sheet.text(100, 50, "HHH", 10.0, align=align)
    _, ((x1, bottom, x2, top),), _ = page.read()
    assert width == pytest.approx(typeface().width("HHH", 10.0))
    if left is not None:
        assert x1 == pytest.approx(left, abs=1.2)
    if right is not None:
        assert x2 == pytest.approx(right, abs=1.2)
    if align == "centre":
        assert (x1 + x2) / 2 == pytest.approx(100, abs=0.6)
    assert bottom == pytest.approx(50.0, abs=0.5)
    assert top > bottom + 5.0


@pytest.mark.parametrize(
    "text", ["a (b) c", "back\\slash", "((", "“quoted” – it’s", "m/s² ±1.5 ≥ 8", "Nguyễn Щербаков Ωmega"]
)
def test_text_is_read_back_as_it_was_written(page: Page, text: str) -> None:
    page.sheet.text(10, 50, text, 6.0)
    words, _, _ = page.read()
    assert words.strip() == text


LATIN = st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc"], exclude_characters="ŉ\u00ad")


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=LATIN, min_size=1, max_size=30))
def test_any_latin_text_is_read_back(text: str) -> None:
    shown, scripts = printable(text)
    page = Page()
    page.sheet.text(10, 50, text, 4.0)
    words, _, _ = page.read()
    assert scripts == ()
    # Viewers join runs of spaces and leave out soft hyphens.
    plain = re.sub(r"[\s\u00ad\ufffe-]", "", words)
    assert plain == re.sub(r"[\s\u00ad-]", "", shown)


def test_runs_follow_each_other_with_their_spaces(page: Page) -> None:
    runs = [
        ("Born ", "regular", BLACK),
        ("04-Mar-1951", "strong", BLACK),
        (" (75y)", "regular", BLACK),
        ("", "strong", RED),
    ]
    width = page.sheet.runs(10, 50, runs, 8.0)  # type: ignore[arg-type]
    words, boxes, _ = page.read()
    assert " ".join(words.split()) == "Born 04-Mar-1951 (75y)"
    assert max(box[2] for box in boxes) == pytest.approx(10 + width, abs=1.0)


def test_an_empty_text_writes_nothing(page: Page) -> None:
    assert page.sheet.text(10, 10, "", 8.0) == 0.0
    assert "Tj" not in page.code


def test_a_colour_is_written_once_for_many_marks(page: Page) -> None:
    for n in range(5):
        page.sheet.line(0, n, 10, n, RED, 1.0)
    assert page.code.count("RG") == 1
    assert page.code.count(" w") == 1
    page.sheet.line(0, 9, 10, 9, BLACK, 1.0)
    assert page.code.count("RG") == 2


def test_what_was_set_inside_a_clip_is_forgotten_behind_it(page: Page) -> None:
    page.sheet.line(0, 0, 1, 1, RED, 1.0)
    with page.sheet.clipped(0, 0, 50, 50):
        page.sheet.line(0, 0, 1, 1, BLACK, 2.0)
    page.sheet.line(0, 0, 1, 1, RED, 1.0)
    page.sheet.line(0, 0, 1, 1, BLACK, 2.0)
    assert page.code.count("RG") == 3


def test_a_clip_hides_what_lies_outside(page: Page) -> None:
    with page.sheet.clipped(0, 0, 50, 50):
        page.sheet.rectangle(0, 0, 200, 100, fill=BLACK)
    _, _, picture = page.read()
    assert picture[100, 100] == 0
    assert picture[300, 100] == 255
    assert picture[100, 300] == 255


def test_y_runs_downwards(page: Page) -> None:
    page.sheet.rectangle(0, 0, 10, 10, fill=BLACK)
    _, _, picture = page.read()
    assert picture[20, 20] == 0
    assert picture[380, 20] == 255


@pytest.mark.parametrize(("fill", "line", "operator"), [(BLACK, None, "f"), (None, BLACK, "S"), (BLACK, RED, "B")])
def test_a_rectangle_is_filled_outlined_or_both(
    page: Page, fill: tuple[float, float, float] | None, line: tuple[float, float, float] | None, operator: str
) -> None:
    page.sheet.rectangle(1, 1, 5, 5, fill=fill, line=line)
    assert page.code.endswith(f"re {operator}")


def test_a_disc_is_round_and_in_its_place(page: Page) -> None:
    page.sheet.disc(100, 50, 20, fill=BLACK)
    _, _, picture = page.read()
    dark = np.argwhere(picture < 128)
    assert dark.mean(axis=0) == pytest.approx((200, 400), abs=1.0)
    assert len(dark) == pytest.approx(math.pi * 80**2, rel=0.01)


def test_an_ellipse_follows_its_half_axes(page: Page) -> None:
    angle = math.radians(30)
    long, short = 40.0, 10.0
    page.sheet.ellipse(
        (100, 50),
        (long * math.cos(angle), -long * math.sin(angle)),
        (short * math.sin(angle), short * math.cos(angle)),
        fill=BLACK,
    )
    _, _, picture = page.read()
    rows, columns = np.nonzero(picture < 128)
    covariance = np.cov(columns - columns.mean(), rows.mean() - rows)
    values, vectors = np.linalg.eigh(covariance)
    assert np.sqrt(values[1] / values[0]) == pytest.approx(long / short, rel=0.03)
    assert abs(math.degrees(math.atan2(vectors[1, 1], vectors[0, 1])) % 180 - 30) < 1.0


def test_a_dashed_line_has_gaps_and_the_next_one_has_none(page: Page) -> None:
    page.sheet.line(0, 20, 200, 20, BLACK, 2.0, (10.0, 10.0))
    page.sheet.line(0, 60, 200, 60, BLACK, 2.0)
    _, _, picture = page.read()
    assert 0.3 < np.mean(picture[80] < 128) < 0.7
    assert np.mean(picture[240] < 128) == 1.0


def test_a_curve_is_drawn_in_one_piece(page: Page) -> None:
    x = np.linspace(10, 190, 400)
    page.sheet.curve(x, 50 + 30 * np.sin(x / 8), BLACK, 1.0)
    _, _, picture = page.read()
    assert (picture[:, 50:750] < 128).any(axis=0).all()


def test_a_series_is_drawn_in_one_piece(page: Page) -> None:
    page.sheet.series(10.0, 0.45, 50 + 30 * np.sin(np.arange(400) / 20), BLACK, 1.0)
    _, _, picture = page.read()
    assert (picture[:, 50:750] < 128).any(axis=0).all()


def test_curves_are_written_in_whole_numbers(page: Page) -> None:
    page.sheet.series(10.0, 0.45, 50 + np.random.default_rng(1).normal(size=50), BLACK, 1.0)
    body = page.code.split("1 J 1 j\n")[1]
    assert not re.search(r"\d\.\d", body)
    assert 0 < UNIT_PT <= 0.1


@pytest.mark.parametrize("level", ["critical", "high", "moderate", "low"])
def test_a_level_symbol_has_its_shape(page: Page, level: str) -> None:
    draw_level(page.sheet, 100, 50, level, 40.0)
    _, _, picture = page.read()
    dark = picture < 200
    assert dark[200, 400] == (level != "low")
    corner = dark[200 - 70 : 200 - 60, 400 - 75 : 400 - 60]
    assert not corner.any()
    assert dark[:, 320:480].any()


def test_markers_are_square_on_the_left_and_round_on_the_right(page: Page) -> None:
    draw_marker(page.sheet, 50, 50, "LBEO", 30.0)
    draw_marker(page.sheet, 150, 50, "RBEC", 30.0)
    _, _, picture = page.read()
    assert picture[200 - 55, 200 - 55] < 200
    assert picture[200 - 55, 600 - 55] == 255
    assert picture[200, 200] < 200
    assert picture[200, 600] == 255


def test_a_key_is_a_line_with_a_marker(page: Page) -> None:
    draw_key(page.sheet, 10, 50, "RBEO", 60.0)
    draw_barred_circle(page.sheet, 150, 50, BLACK, 30.0)
    _, _, picture = page.read()
    assert (picture[200, 40:280] < 200).mean() > 0.4
    assert picture[200, 600] < 128


def test_a_wide_letter_is_wider_than_a_narrow_one_and_strong_than_regular() -> None:
    regular, strong = typeface("regular"), typeface("strong")
    assert regular.width("W", 10.0) > regular.width("i", 10.0)
    assert strong.width("Harbor", 10.0) > regular.width("Harbor", 10.0)
    assert regular.width("ab", 10.0) == pytest.approx(regular.width("a", 10.0) + regular.width("b", 10.0))
    assert regular.width("", 10.0) == 0.0


@given(st.text(max_size=40))
def test_what_is_printable_can_be_shown(text: str) -> None:
    shown, scripts = printable(text)
    assert typeface().shows_all(shown)
    assert bool(scripts) == ("[" in shown and any(f"[{script}]" in shown for script in scripts))
    assert printable(shown)[0] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  a  ", "a"),
        ("a\u00a0b", "a b"),
        ("a\u2028b", "a b"),
        ("zero\u200bwidth", "zerowidth"),
        ("heart \u2764\ufe0f", "heart ❤" if typeface().shows("❤") else "heart [characters not shown]"),
        ("\U0001f600", "[characters not shown]"),
        ("한국 이름", "[Korean script]"),
        ("ひらカタ", "[Japanese script]"),
        ("אב Anna", "[Hebrew script] Anna"),
    ],
)
def test_what_cannot_be_shown_is_named(text: str, shown: str) -> None:
    assert printable(text)[0] == shown


def test_wrapping_keeps_paragraphs() -> None:
    assert wrap("one\n\ntwo", 8.0, 200.0) == ["one", "", "two"]


def test_a_word_longer_than_a_line_continues_behind_what_stands_there() -> None:
    lines = wrap("a Wolfeschlegel-steinhausen", 8.0, 60.0)
    assert lines[0].startswith("a Wolfes") or lines[0] == "a"
    assert "".join(lines).replace(" ", "") == "aWolfeschlegel-steinhausen"


@pytest.mark.parametrize("width", [20.0, 60.0, 120.0, 400.0])
def test_a_shortened_text_fits_with_its_ellipsis(width: float) -> None:
    text = "Stopped by staff, not scored. Pain in the hip since the operation."
    short = shortened(text, 8.0, width)
    assert typeface().width(short, 8.0) <= width
    assert short == text if width == 400.0 else short.endswith("…")
    assert text.startswith(short.removesuffix("…"))
