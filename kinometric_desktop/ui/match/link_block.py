"""What a link needs, in the order it is given: compared, the birth year as the patient says it, reasons, the button."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric.matching import OTHER_REASON, REASONS
from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.match_state import ComparePanel, MatchState, ReasonRow
from kinometric_desktop.ui.theme.spacing import Column, Gap, Row, max_size, min_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.digits import DigitCells
from kinometric_desktop.ui.widgets.field import Select, TextField
from kinometric_desktop.ui.widgets.pane import Line
from kinometric_desktop.ui.widgets.text import SymbolText, Text

READY = "The year equals both records. Linking is written to the audit log."


class ReasonField(QWidget):
    """One difference: its reason from the list, and words for "Other"."""

    def __init__(self, presenter: MatchPresenter, field: str) -> None:
        super().__init__()
        self.field = field
        self._presenter = presenter
        column = Column(self, spacing=2)
        self._head = SymbolText("", "", "text-2", role="label")
        self.select = Select(f"match.reason.{field}", "Reason")
        self.select.setPlaceholderText("Choose a reason")
        self.words = TextField(f"match.reason.{field}.words", "Reason in your words", placeholder="In your words")
        for widget in (self._head, self.select, self.words):
            column.addWidget(widget)
        self.select.currentIndexChanged.connect(self._chosen)
        self.words.textEdited.connect(lambda text: presenter.write_reason(field, text))

    def _chosen(self, place: int) -> None:
        choice = self.select.itemData(place)
        if choice:
            self._presenter.choose_reason(self.field, str(choice))
            if choice == OTHER_REASON:
                self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_row(self, row: ReasonRow, *, enabled: bool, compact: bool) -> None:
        """Show what was chosen."""
        done = bool(row.reason) and row.reason != OTHER_REASON
        self._head.set("check" if done else "ring", row.label, "ok" if done else "text-3", text_tone="text-2")
        self._head.setVisible(not compact)
        self.select.setPlaceholderText(row.label if compact else "Choose a reason")
        self.select.setAccessibleName(row.label)
        self.words.setAccessibleName(f"{row.label}, in your words")
        self.select.set_choices([(reason, reason) for reason in REASONS], row.choice)
        self.select.setEnabled(enabled)
        self.words.setVisible(row.choice == OTHER_REASON)
        if self.words.text() != row.text:
            self.words.setText(row.text)


class _Slots(QWidget):
    """One arrangement of the block: places into which the same widgets are put."""

    def __init__(self) -> None:
        super().__init__()
        self.year, self.wrong, self.reasons = Row(), Row(), Row()
        self.sentence, self.button = Row(), Row(spacing=8)


class _Wide(_Slots):
    """Compared, year and reasons beside each other, sentence and button below."""

    def __init__(self, compared: QWidget, year_head: QWidget) -> None:
        super().__init__()
        outer = Column(self, margins=(16, 0, 16, 16))
        outer.addWidget(Line())
        outer.addWidget(Gap(10))
        upper = Row(spacing=20)
        year = Column(spacing=2)
        year.addWidget(year_head)
        year.addLayout(self.year)
        year.addLayout(self.wrong)
        year.addStretch(1)
        upper.addWidget(compared, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(year)
        upper.addStretch(1)
        upper.addLayout(self.reasons)
        outer.addLayout(upper)
        outer.addWidget(Gap(14))
        lower = Row(spacing=16)
        lower.addLayout(self.sentence, 1)
        lower.addLayout(self.button)
        outer.addLayout(lower)


class _Low(_Slots):
    """Everything in one line, for a low window with large text; a sentence below only where it must be read."""

    def __init__(self) -> None:
        super().__init__()
        outer = Column(self, margins=(12, 8, 12, 8), spacing=4)
        line = Row(spacing=12)
        label = Text("Birth year, as the patient says it", "label", "text", wrap=True)
        min_size(label, width=104)
        max_size(label, width=112)
        line.addWidget(label)
        line.addLayout(self.year)
        line.addLayout(self.reasons, 1)
        line.addLayout(self.button)
        outer.addLayout(line)
        outer.addLayout(self.wrong)
        outer.addLayout(self.sentence)


class LinkBlock(QWidget):
    """The block at the bottom of the compare pane, 136 px high with one reason."""

    correct_pressed = Signal()

    def __init__(self, presenter: MatchPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._reasons: dict[str, ReasonField] = {}
        self._narrow: bool | None = None
        self._build_year()
        self._reason_box = QWidget()
        self._reason_column = Column(self._reason_box, spacing=4)
        self.sentence = Text("", "small", "text-2", wrap=True)
        self.sentence.setObjectName("match.link.sentence")
        self.button = Button("Link these records", "match.link", kind="primary", key="Alt+Enter", icon="link")
        self.button.clicked.connect(presenter.link)
        self.correct = Button("Correct this record…", "match.correct", key="Ctrl+E")
        self.correct.setAccessibleDescription("Correct the Kinometric record, with a reason")
        self.correct.clicked.connect(self.correct_pressed)
        self._wide = _Wide(self._build_compared(), self._year_head)
        self._low = _Low()
        outer = Column(self)
        outer.addWidget(self._wide)
        outer.addWidget(self._low)
        self._arrange(narrow=False)

    def _arrange(self, *, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        slots = self._low if narrow else self._wide
        slots.year.addWidget(self.year, 0, Qt.AlignmentFlag.AlignLeft)
        slots.wrong.addWidget(self._year_wrong)
        slots.reasons.addWidget(self._reason_box, 0, Qt.AlignmentFlag.AlignTop)
        slots.sentence.addWidget(self.sentence)
        slots.reasons.addWidget(self.correct, 0, Qt.AlignmentFlag.AlignVCenter)
        slots.button.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self._wide.setVisible(not narrow)
        self._low.setVisible(narrow)
        max_size(self._reason_box, width=400 if narrow else 270)
        min_size(self._reason_box, width=120 if narrow else 190)

    def _build_compared(self) -> QWidget:
        box = QWidget()
        column = Column(box, spacing=2)
        compared = SymbolText(role="label")
        compared.set("check", "Records compared", "ok", text_tone="text-2")
        compared.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._open_for = SymbolText("", "", "text-2", role="small")
        for widget in (compared, self._open_for):
            column.addWidget(widget)
        self.show_year = Button("Show the year…", "match.year.show", kind="link")
        column.addWidget(self.show_year)
        self.show_year.clicked.connect(self._presenter.show_year)
        return box

    def _build_year(self) -> None:
        self._year_head = SymbolText("", "Birth year, as the patient says it", "text-3", role="label")
        self._year_head.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.year = DigitCells("match.year", "Birth year, as the patient says it", 4)
        self._year_wrong = Text("", "small", "stop", wrap=True)
        self._year_wrong.setObjectName("match.year.wrong")
        self.year.textChanged.connect(self._presenter.type_year)

    def render_state(self, state: MatchState, *, narrow: bool) -> None:
        """Show a state."""
        panel = state.compare
        if panel is None:
            self._clear_year()
            return
        self._arrange(narrow=narrow)
        self._open_for.set("", f"open for {panel.open_s} s" if panel.fresh else "reading the chart…", "text-2")
        self._render_year(state, panel)
        self._render_reasons(state, panel)
        self._render_button(state, panel, narrow=narrow)

    def _render_year(self, state: MatchState, panel: ComparePanel) -> None:
        year = panel.year
        may = state.may_match and state.online and not panel.obstacles
        right = year.mark == "right"
        icon, tone = ("check", "ok") if right else ("ring", "text-3")
        self._year_head.set(icon, "Birth year, as the patient says it", tone, text_tone="text-2")
        self.year.setEnabled(may)
        self.year.setReadOnly(right)
        if year.typed_digits == 0 and self.year.text():
            self._clear_year()
        self.year.set_wrong(year.mark == "wrong")
        self._year_wrong.setText(year.sentence)
        self._year_wrong.setVisible(bool(year.sentence))
        self.show_year.setVisible(state.year_hidden and state.may_match)
        self.show_year.setEnabled(state.online)

    def _clear_year(self) -> None:
        # Emptied by the screen and not by the person: the presenter knows already.
        self.year.blockSignals(True)
        self.year.clear()
        self.year.blockSignals(False)
        self.year.update()

    def _render_reasons(self, state: MatchState, panel: ComparePanel) -> None:
        rows = () if panel.obstacles else panel.reasons
        wanted = {row.field for row in rows}
        for field in tuple(self._reasons):
            if field not in wanted:
                gone = self._reasons.pop(field)
                self._reason_column.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        for place, row in enumerate(rows):
            if row.field not in self._reasons:
                self._reasons[row.field] = ReasonField(self._presenter, row.field)
            self._reason_column.insertWidget(place, self._reasons[row.field])
            self._reasons[row.field].show_row(row, enabled=state.may_match, compact=bool(self._narrow))
        self._reason_box.setVisible(bool(rows))
        self._order_focus([row.field for row in rows])

    def _order_focus(self, fields: Sequence[str]) -> None:
        """Tab goes from the year through the reasons to the button, whenever they were made."""
        stops: list[QWidget] = [self.year]
        for field in fields:
            stops += [self._reasons[field].select, self._reasons[field].words]
        stops.append(self.button)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def reason(self, field: str) -> ReasonField | None:
        """The field for a difference's reason."""
        return self._reasons.get(field)

    def _render_button(self, state: MatchState, panel: ComparePanel, *, narrow: bool) -> None:
        self.sentence.setText(panel.still_needed or READY)
        self.sentence.set_tone("ok" if panel.ready else "stop" if panel.obstacles else "text-2")
        self.sentence.setVisible(not narrow or bool(panel.obstacles) or not panel.fresh)
        self.button.set_text("Link records" if narrow else "Link these records")
        self.button.set_key("" if narrow else "Alt+Enter")
        self.correct.setVisible(panel.correctable and state.may_match)
        self.correct.setEnabled(state.online)
        self.button.setEnabled(panel.ready and not state.busy)
        self.button.setAccessibleDescription(panel.still_needed)
        self.button.set_busy(state.busy == "link")
