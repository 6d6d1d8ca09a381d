"""Tables over immutable rows: chosen by keys, sorted by keys, spoken in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.modeltest import ModelTester

from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.pieces import Piece, pieces_width
from kinometric_desktop.ui.widgets.table import Column, RowModel, TableView

Show = Callable[[QWidget], QWidget]


@dataclass(frozen=True)
class Line:
    name: str
    number: int
    level: str = "low"


LINES = (Line("PRUEBA, Rosa", 3), Line("MUESTRA, Mario", 1, "high"), Line("NÄYTE, Aino", 2, "critical"))


def columns() -> tuple[Column[Line], ...]:
    return (
        Column("Name", lambda line: (Piece(line.name, role="body_strong"),), sort_key=lambda line: line.name),
        Column("Level", lambda line: (Piece(line.level, "warn", "label", level=line.level),), 120, drop=1),
        Column(
            "Boxes", lambda line: (Piece(boxes=(True, False)), Piece("1 of 2", icon="check", chip=True)), 160, drop=2
        ),
        Column(
            "Number",
            lambda line: (Piece(str(line.number), struck=line.number == 3),),
            80,
            sort_key=lambda line: line.number,
            right=True,
            accessible=lambda line: f"number {line.number}",
        ),
    )


@pytest.fixture
def model(qapp: QApplication) -> RowModel[Line]:
    """A model with three rows."""
    made: RowModel[Line] = RowModel(columns())
    made.set_rows(LINES)
    return made


@pytest.fixture
def table(model: RowModel[Line], shown: Show) -> TableView:
    """A table of three rows, wide enough for all columns."""
    view = TableView("test.table", "Lines", model)
    shown(view)
    view.resize(800, 300)
    view.setFocus()
    QApplication.processEvents()
    return view


def names(model: RowModel[Line]) -> list[str]:
    return [line.name for line in model.rows]


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester, model: RowModel[Line]) -> None:
    qtmodeltester.check(model)
    model.sort(0)
    model.set_rows(())
    qtmodeltester.check(model)


def test_a_screen_reader_hears_title_and_words(model: RowModel[Line]) -> None:
    index = model.index(0, 3)
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Number: number 3"
    assert model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole) == "Level: low"
    assert model.data(index) == "3"


def test_numbers_stand_at_the_right_with_their_title(model: RowModel[Line]) -> None:
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    assert model.data(model.index(0, 3), Qt.ItemDataRole.TextAlignmentRole) == right
    assert model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) == right
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Name"
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_beyond_the_rows_there_is_nothing(model: RowModel[Line]) -> None:
    assert model.row(7) is None
    assert model.row(-1) is None
    assert model.data(QModelIndex()) is None
    assert model.rowCount(model.index(0, 0)) == 0


def test_rows_stay_sorted_when_others_come(model: RowModel[Line]) -> None:
    model.sort(3)
    assert [line.number for line in model.rows] == [1, 2, 3]
    model.sort(3, Qt.SortOrder.DescendingOrder)
    model.set_rows((*LINES, Line("O'MOCK, Sean", 9)))
    assert [line.number for line in model.rows] == [9, 3, 2, 1]


def test_a_column_without_a_key_is_not_sorted(model: RowModel[Line]) -> None:
    model.sort(1)
    model.sort(99)
    assert names(model) == [line.name for line in LINES]


def test_arrows_move_and_enter_opens(table: TableView) -> None:
    moved: list[Line | None] = []
    opened: list[Line] = []
    table.moved.connect(moved.append)
    table.opened.connect(opened.append)
    table.choose(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert moved == [LINES[0], LINES[1]]
    assert opened == [LINES[1]]
    assert table.current == LINES[1]


def test_nobody_is_chosen_for_the_person(table: TableView) -> None:
    assert table.current is None
    opened: list[Line] = []
    table.opened.connect(opened.append)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == []


def test_the_chosen_row_stays_chosen_when_the_list_is_read_again(table: TableView) -> None:
    table.choose(1)
    table.set_rows(tuple(reversed(LINES)), keep=lambda line: line.number == 1)
    assert table.current == LINES[1]
    table.set_rows((Line("X", 77),), keep=lambda line: line.number == 1)
    assert table.current is None


def test_columns_are_sorted_by_keys_and_keep_the_choice(table: TableView, model: RowModel[Line]) -> None:
    table.choose(0)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(table, Qt.Key.Key_Right, both)
    assert names(model) == ["MUESTRA, Mario", "NÄYTE, Aino", "PRUEBA, Rosa"]
    assert table.current == LINES[0]
    QTest.keyClick(table, Qt.Key.Key_Right, both)
    assert [line.number for line in model.rows] == [1, 2, 3]
    QTest.keyClick(table, Qt.Key.Key_Left, both)
    assert names(model)[0] == "MUESTRA, Mario"


def test_pressing_the_same_head_again_turns_the_order(table: TableView, model: RowModel[Line]) -> None:
    table.horizontalHeader().sectionClicked.emit(3)
    table.horizontalHeader().sectionClicked.emit(3)
    assert [line.number for line in model.rows] == [3, 2, 1]
    table.horizontalHeader().sectionClicked.emit(1)
    assert [line.number for line in model.rows] == [3, 2, 1]
    assert table.grab().width() == 800


def test_letters_and_side_arrows_are_left_to_the_screen(shown: Show, model: RowModel[Line]) -> None:
    class Screen(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.keys: list[int] = []

        def keyPressEvent(self, event: object) -> None:
            self.keys.append(event.key())  # type: ignore[attr-defined]

    screen = Screen()
    view = TableView("test.table", "Lines", model)
    view.setParent(screen)
    shown(screen)
    view.choose(0)
    for key in (Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
    assert screen.keys == [Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Left]
    assert view.current == LINES[0]


def test_columns_give_way_where_there_is_no_room(table: TableView) -> None:
    assert not any(table.isColumnHidden(place) for place in range(4))
    table.resize(400, 300)
    QApplication.processEvents()
    assert table.isColumnHidden(2)
    assert not table.isColumnHidden(1)
    table.resize(300, 300)
    QApplication.processEvents()
    assert table.isColumnHidden(1)
    assert not table.isColumnHidden(0)
    assert not table.isColumnHidden(3)
    assert table.first_column() == 0


def test_the_columns_fill_the_table(table: TableView) -> None:
    total = sum(table.columnWidth(place) for place in range(4))
    assert total == table.viewport().width()


def test_rows_grow_with_the_text_size(table: TableView) -> None:
    look().set(percent=200)
    table.look_changed()
    assert table.rowHeight(0) == 72


def test_a_double_click_opens(table: TableView) -> None:
    opened: list[Line] = []
    table.opened.connect(opened.append)
    place = table.visualRect(table.model().index(2, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [LINES[2]]


def test_pieces_know_the_room_they_need(qapp: QApplication) -> None:
    short, long = pieces_width((Piece("a"),)), pieces_width((Piece("a"), Piece("b", icon="check")))
    assert long > short
    assert pieces_width((Piece("a", width=60),)) == 60
    assert pieces_width(()) == 0


def test_five_thousand_rows_are_shown_without_making_a_widget_for_each(model: RowModel[Line], shown: Show) -> None:
    view = TableView("test.table", "Lines", model)
    shown(view)
    view.resize(800, 600)
    before = len(view.findChildren(QWidget))
    view.set_rows(tuple(Line(f"NAME {number}", number) for number in range(5000)))
    view.choose(4999)
    assert view.grab().height() == 600
    assert len(view.findChildren(QWidget)) == before
