"""The preview of a session: who, the four sway paths, the session level, and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from kinometric.contract.patients import WorklistRow
from kinometric.contract.sessions import SessionView, TrialView
from kinometric_desktop.app.wording import LEVEL_NOTE, written_birth, written_sex
from kinometric_desktop.app.worklist import Preview, row_name, step_words
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip, LevelChip, level_tone
from kinometric_desktop.ui.widgets.hatch import TestMark
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import KeyCap, Text

if TYPE_CHECKING:
    from kinometric_desktop.app.review_curves import StanceCurves

STANCES = ("LBEO", "RBEO", "LBEC", "RBEC")
OPEN_WORDS = {"match": "Match", "review": "Review", "report": "Report", "upload": "Report", "sending": "Open uploads"}


class _StanceCell(QWidget):
    """Stance, score or time, and the small path."""

    def __init__(self, stance: str) -> None:
        super().__init__()
        from kinometric_desktop.ui.plots.path import SwayPath
        from kinometric_desktop.ui.plots.theme import present_theme

        self._stance = stance
        column = Column(self, spacing=2)
        head = Row(spacing=4)
        head.addWidget(Text(stance, "label"))
        head.addStretch(1)
        self._score = Text("", "label")
        self._words = Text("", "small", "text-2")
        head.addWidget(self._score)
        head.addWidget(self._words)
        column.addLayout(head)
        self.path = SwayPath(present_theme(), words=False)
        self.path.setObjectName(f"worklist.preview.{stance.lower()}")
        self.path.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self.path)
        self.show_trial(None, None)

    def show_trial(self, trial: TrialView | None, curves: StanceCurves | None) -> None:
        """Show a trial and its curves."""
        self.path.show_curves(curves)
        if trial is None:
            self._score.setText("")
            self._words.setText("not yet")
            self._words.set_tone("text-2")
            return
        shown = "" if trial.score is None else f"{int(trial.score * 10 + 1e-9) / 10:.1f}"
        self._score.setText(shown)
        if trial.score is None:
            self._words.setText(trial.outcome.replace("_", " "))
            self._words.set_tone("text-2")
        elif trial.stance.endswith("EO") and trial.level:
            self._words.setText(f"{trial.level.capitalize()} risk")
            self._words.set_tone(level_tone(trial.level))
        else:
            held = trial.hold_s
            self._words.setText("held 10 s" if trial.held_full or held is None else f"down {held:.1f} s")
            self._words.set_tone("text-2")


class PreviewPane(Pane):
    """328 px at the right; Space shows or hides it."""

    open_pressed = Signal()
    hide_pressed = Signal()

    def __init__(self, work: Workplace) -> None:
        super().__init__(lines=("left",), line_tone="border-strong")
        self._work = work
        outer = Column(self, margins=(1, 0, 0, 0))
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=8)
        row.addWidget(Text("Preview", "heading"))
        row.addStretch(1)
        row.addWidget(KeyCap("Space"))
        row.addWidget(Text("show or hide", "small", "text-2"))
        outer.addWidget(head)
        inside = Pane()
        column = Column(inside, margins=(16, 16, 16, 8), spacing=4)
        self._test = TestMark()
        self._name = Text("", "heading", wrap=True)
        self._facts = Text("", "body", "text-2", wrap=True)
        self._link = Chip()
        self._message = Message("worklist.preview.message")
        for widget in (self._test, self._name, self._facts):
            column.addWidget(widget)
        column.addWidget(self._link, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._message)
        column.addSpacing(8)
        self._grid = Grid(gaps=(16, 8))
        for side in (0, 1):
            self._grid.setColumnStretch(side, 1)
        self._cells: dict[str, _StanceCell] = {}
        column.addLayout(self._grid)
        level = Row(spacing=8)
        self._level_word = Text("Session level", "body", "text-2")
        self._provisional = Text("provisional", "label", "warn")
        self._level = LevelChip()
        level.addWidget(self._level_word)
        level.addWidget(self._provisional)
        level.addStretch(1)
        level.addWidget(self._level)
        column.addSpacing(4)
        column.addLayout(level)
        self._note = Text(LEVEL_NOTE, "small", "text-2", wrap=True)
        column.addWidget(self._note)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        outer.addWidget(area, 1)
        foot = Row(margins=(16, 8, 16, 16))
        self._open = Button("Review", "worklist.preview.open", kind="primary", key="Enter")
        foot.addWidget(self._open, 1)
        outer.addLayout(foot)
        self._inside = inside
        self._open.clicked.connect(self.open_pressed)

    def render_state(self, row: WorklistRow | None, preview: Preview) -> None:
        """Show a row and what was read of it."""
        self._inside.setVisible(row is not None)
        self._open.setVisible(row is not None)
        if row is None:
            return
        record = row.patient
        self._test.setVisible(record.is_sandbox)
        self._name.setText(row_name(row))
        today = self._work.session.today(self._work.clock.now())
        born = written_birth(record.born, today)
        self._facts.setText(f"Born {born}, {written_sex(record.sex)}, no. {record.number}")
        if record.link is not None:
            self._link.set("Linked", tone="ok", icon="link", strong=record.link.athena_patient_id)
        else:
            self._link.set("Not linked to athenaOne", tone="outline", icon="barred")
        self._link.setVisible(not self._work.session.standalone)
        self._message.say_problem(preview.problem)
        self._open.set_text(OPEN_WORDS.get(row.next_step, "Open"))
        if row.upload_state in ("outcome_unknown", "rejected"):
            self._open.set_text("Open uploads")
        self._open.setAccessibleDescription(step_words(row)[0])
        self._show_view(preview.view if preview.session_id == row.session_id else None, preview)

    def _show_view(self, view: SessionView | None, preview: Preview) -> None:
        for widget in (self._level_word, self._note):
            widget.setVisible(view is not None)
        self._level.setVisible(view is not None and view.headline.level is not None)
        self._provisional.setVisible(view is not None and view.headline.provisional)
        if view is not None and not self._cells:
            for place, stance in enumerate(STANCES):
                self._cells[stance] = _StanceCell(stance)
                self._grid.addWidget(self._cells[stance], place // 2, place % 2)
        curves = dict(preview.curves)
        for stance, cell in self._cells.items():
            cell.setVisible(view is not None)
            if view is not None:
                trial = next((one for one in view.trials if one.stance == stance and one.is_stance_value), None)
                cell.show_trial(trial, curves.get(stance))
        if view is not None:
            self._level.set(view.headline.level)
            if view.headline.level is None:
                self._level_word.setText(f"Session level: {view.headline.sentence}")
            else:
                self._level_word.setText("Session level")
