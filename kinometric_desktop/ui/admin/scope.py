"""The scope sheet: a row for each switch with its value, its name in the audit and what it means."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.admin_scope import ONLY_SUPERADMINS, ScopePresenter, ScopeState
from kinometric_desktop.app.scope_words import ScopeLine
from kinometric_desktop.ui.admin.parts import ToolsLine
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.area import FocusArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import Switch
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import ElidedText, Text

NOTE = "What this practice may do beyond the shipped default. With a switch off, no such request leaves the server."
WORDS, NAME, VALUE = 248, 168, 290
NAME_FROM, MEANING_FROM = 1040, 760


class ScopePart(QWidget):
    """Renders a :class:`ScopePresenter`."""

    def __init__(self, presenter: ScopePresenter) -> None:
        super().__init__()
        self.presenter = presenter
        column = Column(self)
        self._tools = ToolsLine()
        self.shared = self._tools.add(Button("Shared credentials…", "admin.scope.shared"), presenter.open_shared)
        self.model = self._tools.add(Button("Language model…", "admin.scope.model"), presenter.open_model)
        self.connection = self._tools.add(Button("Connection…", "admin.scope.connection"), presenter.open_connection)
        self._refresh = self._tools.add(
            Button("Refresh", "admin.scope.refresh", key="F5", icon="turn"), presenter.refresh
        )
        column.addWidget(self._tools)
        self._message = Message("admin.scope.message", square=True)
        column.addWidget(self._message)
        self._head = _Line("Switch", "Name in the audit", "Value", "What it means")
        column.addWidget(self._head)
        self._inside = Pane()
        self._column = Column(self._inside)
        self._rows_box = Column()
        self._column.addLayout(self._rows_box)
        self._column.addStretch(1)
        area = FocusArea()
        area.setWidget(self._inside)
        column.addWidget(area, 1)
        self._rows: dict[str, ScopeRow] = {}
        self._heads: list[QWidget] = []
        presenter.subscribe(self.render_state)

    def render_state(self, state: ScopeState) -> None:
        """Show a state."""
        self._tools.note.setText(NOTE if state.may_change else f"{NOTE} {ONLY_SUPERADMINS}")
        for button in (self.shared, self.model, self.connection):
            button.setVisible(state.may_change)
            button.setEnabled(bool(state.lines) and not state.changing)
        self._refresh.set_busy(state.reading)
        if state.problem is not None:
            self._message.say_problem(state.problem)
        else:
            self._message.say(state.done, tone="ok")
        if tuple(self._rows) != tuple(line.name for line in state.lines):
            self._fill(state)
        for line in state.lines:
            self._rows[line.name].show_line(line, enabled=state.may_change and not state.changing)

    def _fill(self, state: ScopeState) -> None:
        for widget in (*self._rows.values(), *self._heads):
            self._rows_box.removeWidget(widget)
            widget.deleteLater()
        self._rows, self._heads, heading = {}, [], ""
        for line in state.lines:
            if line.heading != heading:
                heading = line.heading
                head = _Heading(heading)
                self._heads.append(head)
                self._rows_box.addWidget(head)
            row = ScopeRow(line, self.presenter)
            row.editor.installEventFilter(self)
            self._rows[line.name] = row
            self._rows_box.addWidget(row)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def look_changed(self) -> None:
        """Arrange for the present text size."""
        self._arrange()

    def _arrange(self) -> None:
        room = look().effective_width(self.width())
        for line in (self._head, *self._rows.values()):
            line.arrange(name=room >= NAME_FROM, meaning=room >= MEANING_FROM)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down go from switch to switch, before the scrolled area or the switch itself takes them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            editors = [row.editor for row in self._rows.values() if row.editor.isEnabled()]
            if step is not None and watched in editors:
                place = editors.index(watched) + step
                editors[max(0, min(len(editors) - 1, place))].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def take_focus(self) -> None:
        """Put the focus on the first switch that can be changed."""
        first = next((row.editor for row in self._rows.values() if row.editor.isEnabled()), self._refresh)
        first.setFocus(Qt.FocusReason.OtherFocusReason)


class _Line(Pane):
    """The columns of the head and of every row."""

    def __init__(self, words: str, name: str, value: str | QWidget, meaning: str) -> None:
        super().__init__(lines=("bottom",))
        head = isinstance(value, str)
        self._head = head
        fix_size(self, height=33 if head else 32)
        row = Row(self, margins=(16, 0, 16, 1), spacing=8)
        role, tone = ("label", "text-2") if head else ("body_strong", "text")
        self._words = ElidedText(words, role, tone)
        self.name = ElidedText(name, "label" if head else "small", "text-2")
        self.meaning = ElidedText(meaning, "label" if head else "body", "text-2")
        self._below = ElidedText("" if head else meaning, "small", "text-2")
        self._below.hide()
        self._left = QWidget()
        left = Column(self._left)
        left.addStretch(1)
        left.addWidget(self._words)
        left.addWidget(self._below)
        left.addStretch(1)
        fix_size(self._left, width=WORDS)
        fix_size(self.name, width=NAME)
        box = QWidget()
        fix_size(box, width=VALUE)
        inner = Row(box)
        inner.addWidget(Text(value, "label", "text-2") if isinstance(value, str) else value)
        inner.addStretch(1)
        for widget in (self._left, self.name, box):
            row.addWidget(widget)
        row.addWidget(self.meaning, 1)
        row.addStretch(0)

    def arrange(self, *, name: bool, meaning: bool) -> None:
        """Leave the name out where there is no room, and set the meaning below the words."""
        self.name.setVisible(name)
        self.meaning.setVisible(meaning)
        self._below.setVisible(not meaning and not self._head)
        fix_size(self, height=33 if self._head else 32 if meaning else 48)
        fix_size(self._left, width=WORDS if meaning else 310)

    def say_meaning(self, words: str) -> None:
        """Say what the switch means."""
        self.meaning.setText(words)
        self._below.setText(words)


class _Heading(Pane):
    def __init__(self, words: str) -> None:
        super().__init__("window", lines=("bottom",))
        fix_size(self, height=26)
        row = Row(self, margins=(16, 0, 16, 1))
        row.addWidget(Text(words, "label", "text-2"))


class ScopeRow(_Line):
    """One switch: a choice among words, or on and off."""

    def __init__(self, line: ScopeLine, presenter: ScopePresenter) -> None:
        self.editor: Segmented | Switch
        name = f"admin.scope.{line.name}"
        if line.choices:
            choice = Segmented(name, line.choices, line.words, small=True)
            choice.chosen.connect(lambda value: self._choose(value))
            self.editor = choice
        else:
            switch = Switch(name, line.words, checked=line.is_on)
            switch.clicked.connect(lambda _=False: self._turn())
            self.editor = switch
        super().__init__(line.words, line.name, self.editor, line.meaning)
        self._presenter = presenter
        self._shown = line

    def show_line(self, line: ScopeLine, *, enabled: bool) -> None:
        """Show the value as the server has it."""
        self._shown = line
        if isinstance(self.editor, Segmented):
            self.editor.choose(line.value)
        else:
            self.editor.setChecked(line.is_on)
        self.editor.setEnabled(enabled and (line.built or line.is_on))
        self.editor.setAccessibleDescription(line.meaning)
        self.say_meaning(line.meaning)

    def _choose(self, value: str) -> None:
        # What is shown is what the server has; the choice shows once it is stored.
        if isinstance(self.editor, Segmented):
            self.editor.choose(self._shown.value)
        self._presenter.ask_choose(self._shown.name, value)

    def _turn(self) -> None:
        if isinstance(self.editor, Switch):
            self.editor.setChecked(self._shown.is_on)
        self._presenter.ask_turn(self._shown.name)
