"""The questions of the review screen: a hold, an outcome, a recording's stance, foot lift, and the note."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from kinometric_desktop.app.review_forms import OUTCOMES, PLACEMENTS
from kinometric_desktop.app.review_state import (
    STANCE_NAMES,
    STANCES,
    AddForm,
    DraftForm,
    FootLiftForm,
    Form,
    HoldForm,
    NoteForm,
    OutcomeForm,
)
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, Select, TextField
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import Text

REPLACES = "A new draft takes the place of what you typed. Press the button once more for that."


class FormSheet(Sheet):
    """A sheet with a form: it stays open until the server has taken its answer or it is cancelled."""

    keeps_typed = True

    def __init__(self, name: str, title: str, action: str, *, width: int = 520) -> None:
        super().__init__(name, title, width=width)
        self.cancel = Button("Cancel", f"{name}.cancel", kind="safe", key="Esc")
        self.act = Button(action, f"{name}.act", kind="primary")
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.act)
        self.cancel.clicked.connect(self.give_up)
        self.error = ErrorLine(f"{name}.error")
        self._shown_complaint = ""

    def show_form(self, form: Form, *, busy: str) -> None:
        """Show what came of an answer: a complaint, or that it is under way."""
        if form.complaint != self._shown_complaint:
            self._shown_complaint = form.complaint
            self.complain(form.complaint)
        self.act.set_busy(bool(busy))

    def complain(self, sentence: str) -> None:
        """Say what is to be mended."""
        self.error.say(sentence)
        self.fit()


class HoldSheet(FormSheet):
    """Held 10 s, or down at a time, with a reason where it differs from what was detected."""

    def __init__(self, form: HoldForm, answer: Callable[[bool, str, str], None]) -> None:
        super().__init__("review.hold", f"How long was {form.stance} held?", "Confirm")
        self._answer = answer
        self.body.addWidget(Text(f"{STANCE_NAMES[form.stance]}; {form.proposal}.", "body", "text-2", wrap=True))
        self.choice = Segmented("review.hold.choice", [("down", "Down at"), ("full", "Held 10 s")], "Hold")
        self.choice.choose("full" if form.held_full else "down")
        row = Row(spacing=12)
        row.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignBottom)
        self.seconds = TextField("review.hold.seconds", "Down at, seconds", hint="s")
        self.seconds.setText(form.seconds)
        self.seconds.setFixedWidth(look().px(104))
        self._seconds_field = Field("Seconds from foot lift", self.seconds)
        row.addWidget(self._seconds_field)
        row.addStretch(1)
        self.body.addLayout(row)
        self.reason = TextField("review.hold.reason", "What you saw", placeholder="for example: foot touched down")
        self.reason.setText(form.reason)
        self.body.addWidget(Field("What you saw (needed where it differs from what was detected)", self.reason))
        self.body.addWidget(self.error)
        self.complain(form.complaint)
        self.choice.chosen.connect(self._chosen)
        self.act.clicked.connect(self._send)
        self.seconds.returnPressed.connect(self._send)
        self.reason.returnPressed.connect(self._send)
        self._chosen(self.choice.current)
        self.first: QWidget = self.choice if form.held_full else self.seconds

    def _chosen(self, choice: str) -> None:
        self._seconds_field.setEnabled(choice == "down")

    def _send(self) -> None:
        self._answer(self.choice.current == "full", self.seconds.text(), self.reason.text())


class OutcomeSheet(FormSheet):
    """Why there is no score: one of four outcomes, and a reason."""

    def __init__(self, form: OutcomeForm, answer: Callable[[str, str], None]) -> None:
        super().__init__("review.outcome", f"Why is there no score for {form.stance}?", "State this outcome")
        self._answer = answer
        self.body.addWidget(Text(STANCE_NAMES[form.stance], "body", "text-2"))
        self.choice = Select("review.outcome.choice", "What happened")
        self.choice.set_choices([("", "Choose…"), *OUTCOMES], "")
        self.body.addWidget(Field("What happened", self.choice))
        self.reason = TextField("review.outcome.reason", "Reason", placeholder="for example: pain in the knee")
        self.body.addWidget(Field("Reason", self.reason, required=True))
        self.body.addWidget(self.error)
        self.complain(form.complaint)
        self.act.clicked.connect(self._send)
        self.reason.returnPressed.connect(self._send)
        self.first: QWidget = self.choice

    def _send(self) -> None:
        self._answer(str(self.choice.currentData() or ""), self.reason.text())


class AddSheet(FormSheet):
    """Which stance a file is, where the phone was, and how it was mounted."""

    def __init__(self, form: AddForm, answer: Callable[[str, str, bool, str], None]) -> None:
        super().__init__("review.add", "Add this recording", "Add recording")
        self._answer = answer
        size = f"{form.size_bytes / 1000:.0f} kB"
        self.body.addWidget(Text(f"{form.file_name}, {size}, read in memory.", "body", "text-2", wrap=True))
        self.stance = Select("review.add.stance", "Stance")
        stances = [(code, f"{code}  {STANCE_NAMES[code]}") for code in STANCES]
        self.stance.set_choices([("", "Choose…"), *stances], form.stance or "")
        self.body.addWidget(Field("Stance", self.stance))
        self.placement = Select("review.add.placement", "Where the phone was")
        self.placement.set_choices([("", "Choose…"), *PLACEMENTS], form.placement)
        self.body.addWidget(Field("Where the phone was", self.placement))
        self.portrait = CheckBox("Upright, screen outwards (then AP and ML are known)", "review.add.portrait")
        self.portrait.setChecked(form.mounting is not None)
        self.body.addWidget(self.portrait)
        self.rate = TextField("review.add.rate", "Samples a second", hint="Hz")
        self._rate_field = Field("The file has no time. Samples a second", self.rate, required=True)
        self.body.addWidget(self._rate_field)
        self._rate_field.setVisible(form.needs_rate)
        self.body.addWidget(self.error)
        self.complain(form.complaint)
        self.act.clicked.connect(self._send)
        self.rate.returnPressed.connect(self._send)
        self.first: QWidget = self.stance if not form.stance else self.placement

    def _send(self) -> None:
        stance, placement = str(self.stance.currentData() or ""), str(self.placement.currentData() or "")
        self._answer(stance, placement, self.portrait.isChecked(), self.rate.text())


class FootLiftSheet(FormSheet):
    """When the foot left the floor, in seconds of the recording."""

    def __init__(self, form: FootLiftForm, answer: Callable[[str], None]) -> None:
        super().__init__("review.foot_lift", f"When did the foot lift in {form.stance}?", "Set foot lift")
        self._answer = answer
        words = "Seconds from the start of the recording. Empty takes the mark away: the hold counts from the start."
        self.body.addWidget(Text(words, "body", "text-2", wrap=True))
        self.seconds = TextField("review.foot_lift.seconds", "Foot lift, seconds", hint="s")
        self.seconds.setText("" if form.present_s is None else f"{form.present_s:.2f}")
        self.body.addWidget(Field("Foot lift", self.seconds))
        self.body.addWidget(self.error)
        self.complain(form.complaint)
        self.act.clicked.connect(self._send)
        self.seconds.returnPressed.connect(self._send)
        self.first: QWidget = self.seconds

    def _send(self) -> None:
        self._answer(self.seconds.text())


class NoteSheet(FormSheet):
    """The provider's note; Ctrl+Enter saves it."""

    def __init__(self, form: NoteForm, answer: Callable[[str], None]) -> None:
        super().__init__("review.note_sheet", "Your note", "Save note", width=560)
        self._answer = answer
        self.body.addWidget(Text("Part of the report unless you leave it out there.", "body", "text-2", wrap=True))
        self.text = named(_NoteEdit(self._send), "review.note_sheet.text", "Your note")
        self.text.setPlainText(form.text)
        self.text.setTabChangesFocus(True)
        self.give_way(self.text, 140, least=48)
        self.body.addWidget(self.text)
        self.body.addWidget(self.error)
        self.complain(form.complaint)
        self.act.clicked.connect(self._send)
        self.act.set_key("Ctrl+Enter")
        self.first: QWidget = self.text

    def _send(self) -> None:
        self._answer(self.text.toPlainText())


class DraftSheet(FormSheet):
    """The interpretation, to be read, edited, accepted for the report, or taken back; Ctrl+Enter accepts it."""

    def __init__(
        self,
        form: DraftForm,
        accept: Callable[[str], None],
        take_back: Callable[[], None],
        ask_model: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("review.draft_sheet", "Interpretation draft", "Accept for the report", width=640)
        self._accept, self._ask_model = accept, ask_model
        self._drafted, self._replacing = form.text, ""
        self._note = Text(form.note, "body", "text-2", wrap=True)
        self.body.addWidget(self._note)
        self.text = named(_NoteEdit(self._send), "review.draft_sheet.text", "Interpretation")
        self.text.setPlainText(form.text)
        self.text.setTabChangesFocus(True)
        self.text.setReadOnly(not form.may_accept)
        self.give_way(self.text, 180, least=48)
        self.body.addWidget(self.text)
        rule = "Every number must be one of the table's, and every sentence names the test it speaks of."
        self._rule = Text(rule, "small", "text-2", wrap=True)
        self.body.addWidget(self._rule)
        self.body.addWidget(self.error)
        self.take_back = Button("Take back", "review.draft_sheet.take_back")
        self.take_back.clicked.connect(take_back)
        self.model = Button("Draft by language model", "review.draft_sheet.model")
        self.model.clicked.connect(self._draft_by_model)
        self.footer_left.addWidget(self.take_back)
        self.footer_left.addWidget(self.model)
        self.take_back.setVisible(form.stored and form.may_accept)
        self.model.setVisible(form.model_offered)
        self.act.setVisible(form.may_accept)
        self.act.clicked.connect(self._send)
        self.act.set_key("Ctrl+Enter")
        if not form.may_accept:
            self.cancel.set_text("Close")
        self.complain(form.complaint)
        self.first: QWidget = self.text

    def show_form(self, form: Form, *, busy: str) -> None:
        """Show a new draft in the place of the text."""
        super().show_form(form, busy="" if busy == "draft" else busy)
        self.model.set_busy(busy == "draft")
        self.act.setEnabled(busy != "draft")
        if isinstance(form, DraftForm) and form.text != self._drafted:
            self._drafted = form.text
            self._note.setText(form.note)
            self.text.setPlainText(form.text)
            self._at_first = self.content()
            self.fit()

    def _draft_by_model(self) -> None:
        typed = self.text.toPlainText()
        if typed not in (self._drafted, self._replacing):
            self._replacing = typed
            self.complain(REPLACES)
            return
        self._ask_model()

    def complain(self, sentence: str) -> None:
        """Say what is to be mended, in the place of the rule."""
        self._rule.setVisible(not sentence)
        super().complain(sentence)

    def _send(self) -> None:
        if not self.text.isReadOnly():
            self._accept(self.text.toPlainText())


class _NoteEdit(QPlainTextEdit):
    def __init__(self, send: Callable[[], None]) -> None:
        super().__init__()
        self._send = send

    def event(self, event: QEvent) -> bool:
        # Ctrl+Enter is the Reviewed stamp elsewhere on this screen; inside the note it saves the note.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ctrl_enter(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_ctrl_enter(event):
            self._send()
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


def _is_ctrl_enter(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
