"""The search pane: last name, first name, birth date and department, or an athenaOne patient ID."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.match_state import ANY_DEPARTMENT, MatchState
from kinometric_desktop.app.wording import masked_date, written_date
from kinometric_desktop.ui.match.pane_head import PaneHead
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Gap, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, Select, TextField
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import Text, typeset

FROM_RECORD = "from the record"


class BornField(TextField):
    """The birth date that the search sends: the record's, its year masked, until another one is typed."""

    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__("match.search.born", "Born", placeholder="4 mar 1951")
        self._shows_record = False
        self.textEdited.connect(self._edited)

    def show_record(self, text: str) -> None:
        """Show the record's birth date as it may be seen now."""
        self._shows_record = True
        text = typeset(text)
        if text != self.text():
            self.setText(text)
        self.set_hint(FROM_RECORD if text else "")
        self._embolden(True)

    def show_typed(self, text: str, echo: str) -> None:
        """Show what was typed, and at the right end how it was understood."""
        self._shows_record = False
        if text != self.text():
            self.setText(text)
        self.set_hint("" if echo == text.strip() else echo)
        self._embolden(False)

    def _embolden(self, strong: bool) -> None:
        font = QFont(look().font("body_strong" if strong else "body"))
        if font != self.font():
            self.setFont(font)

    def _edited(self, text: str) -> None:
        # The masked date can't be edited letter by letter: the first key begins a new one.
        if self._shows_record:
            self._shows_record = False
            text = text.replace("•", "")
        self.typed.emit(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._shows_record:
            self.selectAll()


class SearchPane(Pane):
    """Pane 1."""

    def __init__(self, presenter: MatchPresenter) -> None:
        super().__init__(lines=("right",))
        self._presenter = presenter
        outer = Column(self, margins=(0, 0, 1, 0))
        head = PaneHead("1", "Search athenaOne")
        head.row.addStretch(1)
        outer.addWidget(head)
        body = QWidget()
        self._column = Column(body, margins=(16, 12, 16, 4))
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        outer.addWidget(area, 1)
        self._build_fields()
        self._build_buttons()
        self._build_id()
        self._build_others()
        for editor in (self.last, self.first, self.born):
            editor.returnPressed.connect(presenter.search)
        self.athena_id.returnPressed.connect(presenter.look_up)

    def _build_fields(self) -> None:
        self.last = TextField("match.search.last", "Last name")
        self.first = TextField("match.search.first", "First name")
        self.born = BornField()
        self.department = Select("match.search.department", "Department")
        self._complaint = ErrorLine("match.search.complaint")
        for label, editor, required in (
            ("Last name", self.last, True),
            ("First name", self.first, False),
            ("Born", self.born, False),
            ("Department", self.department, False),
        ):
            self._column.addWidget(Field(label, editor, required=required))
            self._column.addWidget(Gap(12))
        self.last.textEdited.connect(self._presenter.set_lastname)
        self.first.textEdited.connect(self._presenter.set_firstname)
        self.born.typed.connect(self._presenter.set_born_text)
        self.department.currentIndexChanged.connect(self._department_chosen)

    def _build_buttons(self) -> None:
        row = Row(spacing=8)
        self.search = Button("Search", "match.search.go", key="Enter")
        self.wider = Button("Wider", "match.search.wider", key="Ctrl+W")
        self.wider.setAccessibleName("Search wider")
        row.addWidget(self.search, 4)
        row.addWidget(self.wider, 3)
        self._column.addLayout(row)
        self._column.addWidget(self._complaint)
        self._column.addWidget(Gap(8))
        self._steps = Text("", "small", "text-2", wrap=True, rich=True)
        self._steps.setObjectName("match.search.steps")
        self._column.addWidget(self._steps)
        self._column.addWidget(Gap(8))
        self.search.clicked.connect(self._presenter.search)
        self.wider.clicked.connect(self._presenter.search_wider)

    def _build_id(self) -> None:
        self._column.addWidget(Line())
        self._column.addWidget(Gap(8))
        self._column.addWidget(Text("or athenaOne patient ID", "label", "text-2"))
        self._column.addWidget(Gap(4))
        row = Row(spacing=8)
        self.athena_id = TextField("match.search.id", "athenaOne patient ID", placeholder="digits only")
        self.look_up = Button("Look up", "match.search.look_up")
        row.addWidget(self.athena_id, 1)
        row.addWidget(self.look_up)
        self._column.addLayout(row)
        self.athena_id.textEdited.connect(self._presenter.set_athena_id)
        self.look_up.clicked.connect(self._presenter.look_up)

    def _build_others(self) -> None:
        self._column.addStretch(1)
        self.add_new = Button("Add as new from athenaOne…", "match.search.add_new", kind="link")
        self.keep = Button(typeset("Keep as Kinometric-only patient…"), "match.search.keep", kind="link")
        for button in (self.add_new, self.keep):
            self._column.addWidget(button)
        self.add_new.clicked.connect(self._presenter.add_from_athena)
        self.keep.clicked.connect(self._presenter.keep_kinometric_only)

    def _department_chosen(self, place: int) -> None:
        chosen = self.department.itemData(place)
        if chosen is not None:
            self._presenter.choose_department(str(chosen))

    def render_state(self, state: MatchState) -> None:
        """Show a state."""
        form = state.form
        shown = ((self.last, form.lastname), (self.first, form.firstname), (self.athena_id, form.athena_id))
        for editor, text in shown:
            if editor.text() != text:
                editor.setText(text)
        if form.born_from_record:
            day = form.born
            self.born.show_record("" if day is None else masked_date(day) if state.year_hidden else written_date(day))
        else:
            self.born.show_typed(form.born_text, written_date(form.born) if form.born else "")
        choices = [(ANY_DEPARTMENT, "All allowed departments")]
        choices += [(one.athena_department_id, one.name) for one in state.departments]
        self.department.set_choices(choices, form.department)
        self._complaint.say(state.form_complaint)
        self._render_steps(state)
        may = state.may_match and state.online and not state.must_wait
        for button in (self.search, self.look_up):
            button.setEnabled(may)
        self.wider.setEnabled(may and (not state.searched or state.can_go_wider))
        self.add_new.setEnabled(may and state.compare is not None)
        self.keep.setEnabled(state.may_match)
        for button, busy in ((self.search, "search"), (self.wider, "wider"), (self.look_up, "lookup")):
            button.set_busy(state.busy == busy)
        for editor in (self.last, self.first, self.born, self.athena_id):
            editor.setReadOnly(not state.may_match)
        self.department.setEnabled(state.may_match)

    def _render_steps(self, state: MatchState) -> None:
        if state.may_not_sentence:
            self._steps.setText(state.may_not_sentence)
        elif not state.online:
            self._steps.setText("Not while offline.")
        elif state.steps:
            strong = f' <span style="font-weight:600">{state.requests}.</span>' if state.requests else ""
            self._steps.setText(f"Searched: {', '.join(state.steps)}.{strong}")
        else:
            self._steps.setText("The birth date puts candidates in order; it never hides one.")
