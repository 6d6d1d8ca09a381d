"""The measures of one stance beside an earlier session's, and the hold below them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.review_state import MeasureRow, ReviewState, StanceCell
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.table import Column as TableColumn
from kinometric_desktop.ui.widgets.table import Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import SymbolText, Text

CHANGE_NOTE = "A change, not progress. The error of these measures is not known; no change is called better or worse."


class MeasuresPane(Pane):
    """Measures above, time held with its buttons below."""

    confirm_wanted = Signal()
    down_wanted = Signal()
    outcome_wanted = Signal()
    foot_lift_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("review.measures")
        self._with_earlier: bool | None = None
        outer = Column(self)
        head = Row(margins=(16, 12, 16, 4))
        head.addWidget(Text("Measures", "body_strong"))
        head.addStretch(1)
        self._engine = Text("", "small", "text-2")
        head.addWidget(self._engine)
        outer.addLayout(head)
        self._table_column = Column(margins=(0, 0, 0, 0))
        outer.addLayout(self._table_column, 1)
        self._table: TableView | None = None
        self._change = Text(CHANGE_NOTE, "small", "text-2", wrap=True)
        note = Column(margins=(16, 4, 16, 8))
        note.addWidget(self._change)
        outer.addLayout(note)
        outer.addWidget(Line())
        outer.addWidget(self._hold_part())

    def _hold_part(self) -> QWidget:
        part = QWidget()
        column = Column(part, margins=(16, 10, 16, 12), spacing=8)
        self._outcome = Button("Outcome…", "review.one.outcome", key="O", kind="link")
        self._lift = Button("Foot lift…", "review.one.foot_lift", kind="link")
        top = Row(spacing=12)
        top.addWidget(Text("Time held", "label", "text-2"))
        top.addStretch(1)
        top.addWidget(self._lift)
        top.addWidget(self._outcome)
        column.addLayout(top)
        row = Row(spacing=8)
        self._hold = SymbolText("", "", "text-2", role="body_strong", gap=4)
        row.addWidget(self._hold)
        self._detected = Text("", "small", "text-2", wrap=True)
        row.addWidget(self._detected, 1)
        column.addLayout(row)
        buttons = Row(spacing=8)
        self._confirm = Button("Confirm", "review.one.confirm", kind="primary", key="H")
        self._down = Button("Down at…", "review.one.down", key="D")
        buttons.addWidget(self._confirm, 1)
        buttons.addWidget(self._down)
        column.addLayout(buttons)
        self._confirm.clicked.connect(self.confirm_wanted)
        self._down.clicked.connect(self.down_wanted)
        self._outcome.clicked.connect(self.outcome_wanted)
        self._lift.clicked.connect(self.foot_lift_wanted)
        return part

    def show_state(self, state: ReviewState, cell: StanceCell) -> None:
        """Show the measures of a stance."""
        with_earlier = cell.earlier_curves is not None
        self._engine.setText(state.engine_line.split(",")[0].lower())
        if self._table is None or with_earlier != self._with_earlier:
            self._make_table(with_earlier)
        if self._table is not None:
            self._table.set_rows([row for row in cell.measures if row.unit != "Hz"])
        self._change.setVisible(with_earlier)
        self._hold.set(cell.hold.icon, cell.hold.text, cell.hold.tone, text_tone="text")
        self._detected.setText(cell.detected_text)
        may = state.may_review and not state.busy
        self._confirm.setVisible(cell.hold.provisional)
        self._confirm.set_text("Confirm 10 s" if "Held" in cell.hold.text else "Confirm as shown")
        self._confirm.setEnabled(may)
        self._confirm.set_busy(state.busy == "hold")
        self._down.setVisible(cell.has_recording)
        self._down.setEnabled(may)
        self._outcome.setEnabled(may)
        self._lift.setVisible(cell.has_recording)
        self._lift.setEnabled(may)

    def _make_table(self, with_earlier: bool) -> None:
        self._with_earlier = with_earlier
        if self._table is not None:
            self._table_column.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
        columns = [
            TableColumn[MeasureRow]("Measure", _name, 122 if with_earlier else 0),
            TableColumn[MeasureRow]("Now", _value, 52, right=True),
        ]
        if with_earlier:
            columns += [
                TableColumn[MeasureRow]("Before", lambda row: (Piece(row.earlier, tone="text-2"),), 56, right=True),
                TableColumn[MeasureRow]("Change", lambda row: (Piece(row.change, tone="text-2"),), 58, right=True),
            ]
        self._table = TableView("review.measures.table", "Measures", RowModel(columns), row_height=32)
        self._table_column.addWidget(self._table)


def _name(row: MeasureRow) -> tuple[Piece, ...]:
    return (
        Piece(row.name, role="body_strong" if row.strong else "body"),
        Piece(row.unit, tone="text-2", role="small", gap=4),
    )


def _value(row: MeasureRow) -> tuple[Piece, ...]:
    return (Piece(row.value, role="body_strong"),)
