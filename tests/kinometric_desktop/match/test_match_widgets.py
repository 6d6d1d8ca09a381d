"""What the match screen paints: symbols in the colours of their verdicts, underlines, the opened row, the warning."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kinometric.matching import FieldVerdict, Verdict, compare, rank
from kinometric.matching.values import SYMBOLS
from kinometric_desktop.app.match_rows import candidate_groups, near_match, person
from kinometric_desktop.app.match_state import CandidateGroup
from kinometric_desktop.ui.match.candidate_list import CandidateList
from kinometric_desktop.ui.match.candidates_pane import HiddenLine
from kinometric_desktop.ui.match.compare_table import CompareRow, Plain, columns, row_height
from kinometric_desktop.ui.match.marked_text import draw_marked
from kinometric_desktop.ui.match.near_strip import NearStrip
from kinometric_desktop.ui.match.verdict import TONES, draw_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.tokens import tokens
from tests.kinometric_desktop.match.conftest import CHARTS, MARIA

APPEARANCES = ("light", "dark", "high-contrast")


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Every test begins and ends in plain light."""
    look().set(appearance="light", percent=100)
    yield
    if look().dark or look().percent != 100:
        look().set(appearance="light", percent=100)


def painted(width: int, height: int, paint: object) -> QImage:
    """A picture on the ground of the surface."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(look().colour("surface"))
    painter = QPainter(image)
    paint(painter)  # type: ignore[operator]
    painter.end()
    return image


def inks(image: QImage) -> set[str]:
    """All colours of a picture."""
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def _distance(one: QColor, other: QColor) -> int:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())


def dark_rows(image: QImage) -> list[int]:
    """The lines of a light picture in which something is written."""
    return [
        y for y in range(image.height()) if any(image.pixelColor(x, y).lightness() < 110 for x in range(image.width()))
    ]


def rows_of(image: QImage, colour: QColor) -> list[int]:
    """The lines of a picture in which a colour is seen."""
    return [y for y in range(image.height()) if any(image.pixelColor(x, y) == colour for x in range(image.width()))]


def columns_of(image: QImage, colour: QColor, y: int) -> list[int]:
    """Where a colour is seen in one line of a picture."""
    return [x for x in range(image.width()) if image.pixelColor(x, y) == colour]


@pytest.mark.parametrize("appearance", APPEARANCES)
@pytest.mark.parametrize("verdict", list(SYMBOLS))
def test_every_symbol_is_drawn_in_the_colour_of_its_verdict(verdict: Verdict, appearance: str) -> None:
    look().set(appearance=appearance)  # type: ignore[arg-type]
    image = painted(24, 24, lambda painter: draw_symbol(painter, verdict, QRectF(0, 0, 24, 24)))
    wanted = look().colour(TONES[verdict])
    assert min(_distance(QColor(ink), wanted) for ink in inks(image)) <= 48, (
        "smoothed edges of a small sign are lighter"
    )


def test_no_two_symbols_look_alike_in_grey() -> None:
    pictures = []
    for verdict in SYMBOLS:
        image = painted(24, 24, lambda painter, one=verdict: draw_symbol(painter, one, QRectF(0, 0, 24, 24)))
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        pictures.append(tuple(grey.pixelColor(x, y).value() < 128 for x in range(24) for y in range(24)))
    assert len(set(pictures)) == len(SYMBOLS)


def test_the_symbols_and_their_roles_are_those_of_the_tokens() -> None:
    for verdict, symbol in SYMBOLS.items():
        assert tokens().verdicts[verdict]["symbol"] == symbol
        assert tokens().verdicts[verdict]["role"] == TONES[verdict]


def test_only_the_differing_characters_are_underlined() -> None:
    colour = look().colour("text")
    plain = painted(200, 32, lambda painter: draw_marked(painter, QRectF(4, 0, 190, 32), "Muestra Lopez"))
    marked = painted(
        200, 32, lambda painter: draw_marked(painter, QRectF(4, 0, 190, 32), "Muestra Lopez", ((7, 8), (9, 10)))
    )
    lowest = rows_of(marked, colour)[-1]
    assert lowest > rows_of(plain, colour)[-1] - 4
    line = columns_of(marked, colour, lowest)
    assert line
    assert len(line) < 40, "two characters, not the whole name"
    gaps = sum(1 for left, right in pairwise(line) if right - left > 1)
    assert gaps == 1


def test_a_line_that_is_too_long_ends_in_dots_and_stays_in_its_place() -> None:
    end = []
    image = painted(
        120,
        32,
        lambda painter: end.append(draw_marked(painter, QRectF(0, 0, 60, 32), "Muestra-López-Prueba", ((0, 20),))),
    )
    assert end[0] <= 61
    ground = look().colour("surface")
    assert all(image.pixelColor(x, y) == ground for x in range(64, 120) for y in range(32))


def row(verdict: Verdict = "close") -> FieldVerdict:
    return FieldVerdict(
        "lastname", verdict, "written", verdict, "Last name: the same name written differently", "Muestra", "Muestra"
    )


def test_a_row_reads_label_values_and_verdict() -> None:
    made = CompareRow()
    made.show_verdict(row(), "mobile")
    assert made.objectName() == "match.compare.lastname"
    assert made.accessibleName() == (
        "Last name. Kinometric Muestra. athenaOne Muestra mobile. Last name: the same name written differently"
    )
    made.show_plain(Plain("Where", "Harbor Street Clinic", "no test yet", "1 Physical Therapy", theirs_ok="allowed"))
    assert made.objectName() == "match.compare.where"
    assert made.accessibleName() == (
        "Where. Kinometric Harbor Street Clinic no test yet. athenaOne 1 Physical Therapy allowed"
    )
    made.deleteLater()


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("width", [520, 632, 718, 1040, 1300])
def test_the_columns_stand_in_order_and_both_values_have_the_same_room(width: int, narrow: bool) -> None:
    label, ours, verdict, theirs = columns(width, narrow=narrow)
    assert 0 < label < ours < verdict < theirs < width
    assert abs((verdict - ours) - (width - theirs)) <= 48


def test_rows_are_as_high_as_the_design_says() -> None:
    assert row_height(narrow=False) == 32
    look().set(percent=200)
    assert row_height(narrow=False) == 64
    assert row_height(narrow=True) == 56


@pytest.mark.parametrize("verdict", list(SYMBOLS))
def test_both_values_of_a_row_stand_on_one_baseline(verdict: Verdict) -> None:
    made = CompareRow()
    made.resize(718, 32)
    made.show_verdict(dataclasses.replace(row(verdict), ours="Hxn", theirs="Hxn"))
    image = made.grab().toImage()
    _, ours, _, theirs = columns(718, narrow=False)
    places = []
    for left in (ours, theirs):
        lines = dark_rows(image.copy(left, 0, 40, 31))
        places.append((lines[0], lines[-1]))
    assert places[0] == places[1]
    made.deleteLater()


def groups(opened: str = "") -> tuple[CandidateGroup, ...]:
    ranking = rank(person(MARIA), [person(one) for one in CHARTS])
    return candidate_groups(ranking, CHARTS, opened=opened, masked=True)


@pytest.fixture
def listed() -> Iterator[CandidateList]:
    """The list with all candidates, shown."""
    made = CandidateList()
    made.resize(312, 500)
    made.show_groups(groups())
    made.show()
    QApplication.processEvents()
    yield made
    made.close()
    made.deleteLater()


def test_a_candidate_is_told_whole_to_a_screen_reader(listed: CandidateList) -> None:
    model = listed.model()
    words = [str(model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for place in range(model.rowCount())]
    assert words[0] == "Strong 1"
    assert words[1] == "Muestra Lopez, Maria E, ID 60145, born 03-Apr-••••, Female, birth date"


def test_heads_can_be_neither_chosen_nor_opened(listed: CandidateList) -> None:
    opened: list[str] = []
    listed.opened.connect(opened.append)
    head = listed.visualRect(listed.model().index(0, 0))
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, head.center())
    assert opened == []


def test_a_click_opens_and_only_the_opened_row_is_tinted(listed: CandidateList) -> None:
    opened: list[str] = []
    listed.opened.connect(opened.append)
    place = listed.visualRect(listed.model().index(1, 0))
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.center())
    assert opened == ["60145"]
    tint = look().colour("accent-tint").name()
    assert tint not in inks(listed.grab().toImage())
    listed.show_groups(groups("60145"))
    QApplication.processEvents()
    image = listed.grab().toImage()
    rect = listed.visualRect(listed.model().index(1, 0))
    assert image.pixelColor(rect.left() + 200, rect.top() + 4).name() == tint
    assert image.pixelColor(rect.left() + 1, rect.center().y()) == look().colour("accent")


def test_the_place_of_the_focus_stays_on_its_record_when_the_list_is_told_anew(listed: CandidateList) -> None:
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Down)
    here = listed.current_id()
    assert here
    listed.show_groups(groups(opened=here))
    assert listed.current_id() == here


def test_without_candidates_enter_opens_nothing(qapp: QApplication) -> None:
    made = CandidateList()
    opened: list[str] = []
    made.opened.connect(opened.append)
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened == []
    assert made.current_id() == ""
    made.deleteLater()


@pytest.mark.parametrize("narrow", [False, True])
def test_the_warning_tells_name_birth_date_sex_and_what_to_do(narrow: bool) -> None:
    strip = NearStrip()
    assert strip.isHidden()
    ranking = rank(person(MARIA), [person(one) for one in CHARTS])
    near = near_match(ranking, CHARTS, 2, masked=True)
    strip.show_near(near, narrow=narrow)
    words = strip.accessibleName()
    for part in ("Muestra Lopez, Mario", "04-Mar-••••", "Male", "Read"):
        assert part in words
    strip.resize(686, strip.sizeHint().height())
    assert look().colour("warn-tint").name() in inks(strip.grab().toImage())
    strip.show_near(None, narrow=narrow)
    assert strip.isHidden()
    strip.deleteLater()


@pytest.mark.parametrize(("count", "words"), [(0, ""), (1, "1 result hidden: other department"),
                                              (2, "2 results hidden: other department")])  # fmt: skip
def test_hidden_results_are_a_count(count: int, words: str) -> None:
    line = HiddenLine()
    line.say(count)
    assert line.text() == words
    assert line.isHidden() == (count == 0)
    line.deleteLater()


def test_dates_whose_years_differ_are_underlined_in_the_year_only() -> None:
    comparison = compare(person(MARIA), dataclasses.replace(person(MARIA), born=date(1957, 3, 4)))
    born = comparison.field("born")
    assert born is not None
    made = CompareRow()
    made.resize(718, 32)
    made.show_verdict(born)
    image = made.grab().toImage()
    _, ours, _, _ = columns(718, narrow=False)
    colour = look().colour("text")
    cut = image.copy(ours, 0, 120, 31)
    line = columns_of(cut, colour, rows_of(cut, colour)[-1])
    whole = [x for y in range(31) for x in columns_of(cut, colour, y)]
    assert line[0] > (min(whole) + max(whole)) / 2
    made.deleteLater()


def test_every_widget_of_this_file_was_let_go(qapp: QApplication) -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    kinds = (CompareRow, NearStrip, CandidateList, HiddenLine)
    assert [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kinds)] == []
