"""The dialog with a patient's fields: for a new patient, or for a correction with its reason."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.patient_form import LABELS, SEXES, PatientFormPresenter, PatientFormState
from kinometric_desktop.ui.theme.spacing import Column, Grid
from kinometric_desktop.ui.widgets.area import FittedArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.field import Field, Select, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.text import Text, typeset

PLACES = (
    (("lastname", 0, 0), ("firstname", 0, 1), ("middlename", 0, 2)),
    (("born", 1, 0), ("sex", 1, 1), ("suffix", 1, 2)),
    (("phone", 2, 0), ("zip", 2, 1), ("preferredname", 2, 2)),
)


class PatientSheet(Sheet):
    """Three fields a row; the reason below where a record is corrected."""

    keeps_typed = True

    def __init__(self, presenter: PatientFormPresenter) -> None:
        state = presenter.state
        name = "patient.correct" if state.correcting else "patient.new"
        super().__init__(name, state.title, width=696, hatched=state.test_patient)
        self._name = name
        self._presenter = presenter
        self._fields: dict[str, Field] = {}
        self.editors: dict[str, TextField] = {}
        inside = QWidget()
        body = Column(inside, spacing=12)
        scrolled = FittedArea(f"{name}.fields", inside)
        scrolled.content_changed.connect(self._content_changed)
        self.body.addWidget(scrolled, 1)
        if state.note:
            body.addWidget(Text(state.note, "body", "text-2", wrap=True))
        grid = Grid(gaps=(16, 12))
        for row in PLACES:
            for field, line, column in row:
                grid.addWidget(self._field(field), line, column)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        body.addLayout(grid)
        if state.correcting:
            body.addWidget(self._field("reason"))
        self.similar = _Similar(presenter)
        body.addWidget(self.similar)
        self.message = Message(f"{name}.message")
        body.addWidget(self.message)
        cancel = Button("Cancel", f"{name}.cancel", key="Esc")
        self.action = Button(state.action, f"{name}.action", kind="primary")
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.action)
        cancel.clicked.connect(self.give_up)
        self.action.clicked.connect(presenter.save)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)

    @property
    def first(self) -> QWidget:
        """What gets the focus first."""
        return self.editors["born" if self._presenter.state.correcting else "lastname"]

    def _field(self, field: str) -> Field:
        if field == "sex":
            self.sex = Select(f"{self._name}.sex", LABELS[field])
            self.sex.set_choices(list(SEXES), self._presenter.state.values.get("sex", ""))
            self.sex.activated.connect(lambda place: self._presenter.set_value("sex", str(self.sex.itemData(place))))
            made = Field(LABELS[field], self.sex)
        else:
            placeholder = "4 mar 1951" if field == "born" else ""
            editor = TextField(f"{self._name}.{field}", LABELS[field], placeholder=placeholder)
            editor.textEdited.connect(lambda text, name=field: self._presenter.set_value(name, text))
            editor.returnPressed.connect(self._presenter.save)
            self.editors[field] = editor
            made = Field(LABELS[field], editor, required=field in ("lastname", "firstname", "reason"))
        self._fields[field] = made
        return made

    def complain(self, sentence: str) -> None:
        """Say what is to be known before the sheet goes."""
        self.message.say(sentence, tone="caution")

    def _content_changed(self) -> None:
        if self.isVisible():
            self.fit()

    def render_state(self, state: PatientFormState) -> None:
        """Show a state."""
        for field, editor in self.editors.items():
            text = state.values.get(field, "")
            if editor.text() != text:
                editor.setText(text)
        born = self.editors["born"]
        echo = state.born_echo if not state.complaints.get("born") else ""
        born.set_hint(echo if echo and echo != born.text().strip() else "")
        if state.born_hint:
            born.setPlaceholderText(typeset(state.born_hint))
        for field, made in self._fields.items():
            made.say(state.complaints.get(field, ""))
        self.similar.show_similar(state)
        self.message.say_problem(state.problem)
        blocked = bool(state.similar) and not state.is_another
        self.action.set_text("Add nevertheless" if state.similar else state.action)
        self.action.setEnabled(not blocked and not state.busy)
        self.action.set_busy(state.busy)
        if state.saved:
            self.finish(True)


class _Similar(QWidget):
    """Patients who may be the one that is being added, and the word that they are not."""

    def __init__(self, presenter: PatientFormPresenter) -> None:
        super().__init__()
        column = Column(self, spacing=8)
        self._message = Message("patient.new.similar")
        self._another = CheckBox("I have checked that this is another person", "patient.new.another")
        self._another.toggled.connect(presenter.say_another)
        column.addWidget(self._message)
        column.addWidget(self._another)

    def show_similar(self, state: PatientFormState) -> None:
        """Show them, or nothing."""
        self.setVisible(bool(state.similar))
        if not state.similar:
            self._message.say("")
            self._another.setChecked(False)
            return
        rows = "; ".join(f"{one.name}, born {one.born}, no. {one.number}" for one in state.similar)
        self._message.say(f"{rows}.", tone="warn", strong="Here already under a similar name:")
