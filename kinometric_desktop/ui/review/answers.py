"""A questionnaire as a sheet: one line a question, answered by keys, left empty where it was not answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from kinometric_desktop.app.review_answers import NO, YES
from kinometric_desktop.app.review_state import AnswerForm, QuestionLine
from kinometric_desktop.ui.review.sheets import FormSheet
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.field import Field, Select, TextField
from kinometric_desktop.ui.widgets.pane import Line
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import Text

_CHOICES = [("", "–"), (YES, "Yes"), (NO, "No")]


class AnswerSheet(FormSheet):
    """The questions of one instrument; another instrument is chosen above them."""

    def __init__(
        self, form: AnswerForm, answer: Callable[[dict[str, str]], None], choose: Callable[[str], None]
    ) -> None:
        super().__init__("review.answers", "Questionnaires", "Save answers", width=696)
        self.form = form
        self._answer = answer
        self.instrument = Select("review.answers.instrument", "Questionnaire")
        self.instrument.set_choices(list(form.instruments), form.instrument)
        self.body.addWidget(Field("Questionnaire", self.instrument))
        stored = f"Stored: {form.stored}. What you save takes its place. " if form.stored else ""
        words = f"{stored}A question left at “–” stays unanswered; a changed answer takes the Reviewed stamp away."
        self.body.addWidget(Text(words, "small", "text-2", wrap=True))
        self.lines: dict[str, Segmented | TextField] = {}
        inside = QWidget()
        column = Column(inside, margins=(0, 0, 8, 0), spacing=6)
        for line in form.lines:
            column.addLayout(self._line(line))
            column.addWidget(Line())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("review.answers.scroll")
        scroll.setAccessibleName("Questions")
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFixedHeight(min(look().px(44) * len(form.lines) + look().px(8), look().px(264)))
        self._scroll = scroll
        self.body.addWidget(scroll)
        self.body.addWidget(self.error)
        self.complain(form.complaint)
        self.act.clicked.connect(self._send)
        self.instrument.activated.connect(lambda _: self._choose(choose))
        self.first: QWidget = next(iter(self.lines.values()))

    def _line(self, line: QuestionLine) -> Row:
        row = Row(spacing=12)
        row.addWidget(Text(line.text, "body", wrap=True), 1)
        name = f"review.answers.{line.item_id}"
        editor: Segmented | TextField
        if line.kind == "yes_no":
            editor = Segmented(name, _CHOICES, line.text, small=True)
            editor.chosen.connect(lambda _, editor=editor: self._scroll.ensureWidgetVisible(editor))
        else:
            editor = TextField(name, line.text, hint="s" if line.kind == "seconds" else "")
            editor.setFixedWidth(look().px(104))
        self.lines[line.item_id] = editor
        row.addWidget(editor)
        return row

    def _choose(self, choose: Callable[[str], None]) -> None:
        """Another instrument takes the place of this one, unless something was answered here."""
        if self.unsaved:
            self.instrument.set_choices(list(self.form.instruments), self.form.instrument)
            self.complain("Save these answers first, or press Esc to throw them away.")
        else:
            choose(str(self.instrument.currentData()))

    def content(self) -> str:
        """All answers."""
        return "\n".join(self.answers().values())

    def answers(self) -> dict[str, str]:
        """What was answered, by question."""
        return {
            key: editor.current if isinstance(editor, Segmented) else editor.text()
            for key, editor in self.lines.items()
        }

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes on, and the question that gets the focus is scrolled into sight."""
        moved = super().focusNextPrevChild(forward)
        here = self.focusWidget()
        if here is not None and self._scroll.isAncestorOf(here):
            self._scroll.ensureWidgetVisible(here)
        return moved

    def _send(self) -> None:
        self._answer(self.answers())
