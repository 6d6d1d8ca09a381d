"""The table twin of the review screen: every number of the four stances, and of one stance second by second."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.review_state import ReviewState, StanceCell
from kinometric_desktop.ui.plots.table_twin import TableTwin, trace_table, trend_table, twin_model
from kinometric_desktop.ui.theme.spacing import Column
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.table import TableView
from kinometric_desktop.ui.widgets.text import Text


class TwinPane(Pane):
    """A heading and a table."""

    def __init__(self, name: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(lines=lines)
        self._name = name
        self._twin: TableTwin | None = None
        self._table: TableView | None = None
        self._column = Column(self, margins=(16, 8, 16, 0), spacing=4)
        self._title = Text("", "body_strong")
        self._column.addWidget(self._title)

    @property
    def table(self) -> TableView | None:
        """The table that is shown."""
        return self._table

    def show_twin(self, twin: TableTwin) -> None:
        """Show a table."""
        if twin == self._twin:
            return
        self._twin = twin
        self._title.setText(twin.title)
        if self._table is not None:
            self._column.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
        self._table = TableView(self._name, twin.title, twin_model(twin), row_height=32)
        self._column.addWidget(self._table, 1)

    def take_focus(self) -> None:
        """Move the keyboard into the table."""
        if self._table is not None:
            self._table.setFocus()


class ReviewTables(QWidget):
    """All four stances above, the stance in focus second by second below, and the trend."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("review.tables")
        column = Column(self)
        self.measures = TwinPane("review.table.measures")
        self.seconds = TwinPane("review.table.seconds", ("top",))
        column.addWidget(self.measures, 3)
        column.addWidget(self.seconds, 2)

    def show_state(self, state: ReviewState) -> None:
        """Show the numbers of a session."""
        self.measures.show_twin(measure_table(state.cells))
        cell = state.cell(state.focus)
        if cell is not None and cell.curves is not None:
            self.seconds.show_twin(trace_table(cell.curves))
        else:
            self.seconds.show_twin(trend_table(state.trend.series))


def measure_table(cells: tuple[StanceCell, ...]) -> TableTwin:
    """Score, level, hold and measures, a column a stance."""
    headings = ("Measure", *(cell.stance for cell in cells))
    rows: list[tuple[str, ...]] = [
        ("Hold", *(_hold(cell) for cell in cells)),
        ("Level", *(_level(cell) for cell in cells)),
    ]
    names = next((tuple(f"{row.name}, {row.unit}" for row in cell.measures) for cell in cells if cell.measures), ())
    for place, name in enumerate(names):
        rows.append((name, *(cell.measures[place].value if cell.measures else "none" for cell in cells)))
    return TableTwin("All four stances", headings, tuple(rows), 168)


def _hold(cell: StanceCell) -> str:
    return f"{cell.hold.text} provisional" if cell.hold.provisional else cell.hold.text


def _level(cell: StanceCell) -> str:
    if cell.level is None:
        return "none"
    return f"{cell.level.capitalize()} risk{' for age' if cell.level_for_age else ''}"
