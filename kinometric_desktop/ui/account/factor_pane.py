"""Setting up the second factor: the picture and the secret, one code, the recovery codes; in sign-in and account."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.second_factor import SecondFactorPresenter, SecondFactorState
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.digits import DigitCells
from kinometric_desktop.ui.widgets.field import ErrorLine
from kinometric_desktop.ui.widgets.qr import QrCode
from kinometric_desktop.ui.widgets.text import Text

SCAN = "Scan this with an authenticator app, or type the secret into it:"
CODE = "Then type the six digits that it shows. They are sent as soon as the last one is in."
CODES = (
    "Each of these codes lets you in once when the authenticator is not at hand. They are shown this once: print them "
    "or write them down, and keep them where nobody else looks."
)
KEPT = "I keep these codes in a safe place"


class FactorPane(QWidget):
    """Renders a :class:`SecondFactorPresenter`; ``name`` begins its widgets' names."""

    stage_changed = Signal()

    def __init__(self, name: str, presenter: SecondFactorPresenter) -> None:
        super().__init__()
        self._name = name
        self._presenter = presenter
        self._stage = ""
        self._changed = ("", "", "")
        column = Column(self, spacing=12)
        self._scan = self._build_scan()
        self._codes = self._build_codes()
        self._error = ErrorLine(f"{name}.error")
        self._again = Button("Try again", f"{name}.again")
        self._again.clicked.connect(presenter.begin)
        self._note = Text("", "small", "text-2", wrap=True)
        for widget in (self._scan, self._codes, self._error, self._note):
            column.addWidget(widget)
        row = Row(spacing=8)
        row.addWidget(self._again)
        row.addStretch(1)
        column.addLayout(row)
        self._print.setVisible(presenter.can_print)
        presenter.subscribe(self.render_state)

    def _build_scan(self) -> QWidget:
        part = QWidget()
        column = Column(part, spacing=12)
        row = Row(spacing=16)
        self._picture = QrCode(f"{self._name}.picture", "QR code of the secret that stands beside it")
        row.addWidget(self._picture)
        beside = Column(spacing=8)
        beside.addWidget(Text(SCAN, "body", "text-2", wrap=True))
        self._secret = Text("", "body_strong", wrap=True, selectable=True)
        self._secret.setObjectName(f"{self._name}.secret")
        beside.addWidget(self._secret)
        copy = Button("Copy secret", f"{self._name}.copy_secret", icon="copy", small=True)
        copy.clicked.connect(self._presenter.copy_secret)
        line = Row()
        line.addWidget(copy)
        line.addStretch(1)
        beside.addLayout(line)
        beside.addStretch(1)
        row.addLayout(beside, 1)
        column.addLayout(row)
        column.addWidget(Text(CODE, "body", "text-2", wrap=True))
        self.cells = DigitCells(f"{self._name}.code", "First code from your authenticator", 6, cell=(52, 48), group=3)
        self.cells.completed.connect(self._presenter.confirm)
        column.addWidget(self.cells)
        return part

    def _build_codes(self) -> QWidget:
        part = QWidget()
        column = Column(part, spacing=12)
        column.addWidget(Text(CODES, "body", "text-2", wrap=True))
        self._grid = Grid(gaps=(24, 4))
        column.addLayout(self._grid)
        self._lines: list[Text] = []
        row = Row(spacing=8)
        self.copy_codes = Button("Copy codes", f"{self._name}.copy_codes", icon="copy")
        self._print = Button("Print…", f"{self._name}.print_codes", icon="print")
        self.copy_codes.clicked.connect(self._presenter.copy_codes)
        self._print.clicked.connect(self._presenter.print_codes)
        row.addWidget(self.copy_codes)
        row.addWidget(self._print)
        row.addStretch(1)
        column.addLayout(row)
        last = Row(spacing=8)
        self._kept = CheckBox(KEPT, f"{self._name}.kept")
        self._kept.toggled.connect(self._presenter.say_kept)
        self._go = Button("Go on", f"{self._name}.go_on", kind="primary", key="Enter")
        self._go.clicked.connect(self._presenter.finish)
        last.addWidget(self._kept)
        last.addStretch(1)
        last.addWidget(self._go)
        column.addLayout(last)
        return part

    def render_state(self, state: SecondFactorState) -> None:
        """Show a state."""
        self._scan.setVisible(state.stage == "confirm")
        self._codes.setVisible(state.stage == "codes")
        self._again.setVisible(state.stage == "begin" and state.problem is not None)
        self._picture.show_squares(state.squares)
        groups = state.secret_in_groups.split()
        lines = (groups[place : place + 4] for place in range(0, len(groups), 4))
        self._secret.setText("\n".join(" ".join(line) for line in lines))
        self._show_codes(state.codes)
        sentence = line_of(state.problem)
        self._error.say(sentence)
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        self._kept.setChecked(state.kept)
        self._go.setEnabled(state.kept)
        if state.stage == "confirm" and sentence and not state.busy:
            self._clear_cells()
            self.cells.set_wrong(True)
            self.cells.setFocus()
        changed = (state.stage, sentence, state.note)
        if state.stage != self._stage:
            self._stage = state.stage
            self._clear_cells()
            self.take_focus()
        if changed != self._changed:
            self._changed = changed
            self.stage_changed.emit()

    def take_focus(self) -> None:
        """Put the focus where the person goes on."""
        if self._stage == "confirm":
            self.cells.setFocus()
        elif self._stage == "codes":
            self.copy_codes.setFocus()

    def _clear_cells(self) -> None:
        self.cells.blockSignals(True)
        self.cells.clear()
        self.cells.blockSignals(False)
        self.cells.update()

    def _show_codes(self, codes: tuple[str, ...]) -> None:
        while len(self._lines) < len(codes):
            place = len(self._lines)
            line = Text("", "body_strong", selectable=True)
            line.setObjectName(f"{self._name}.recovery.{place}")
            self._grid.addWidget(line, place // 2, place % 2)
            self._lines.append(line)
        for place, line in enumerate(self._lines):
            line.setText(codes[place] if place < len(codes) else "")
            line.setVisible(place < len(codes))
