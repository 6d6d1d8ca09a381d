"""Pieces that the parts of the administration share: facts in a grid, a one-time password shown once, a tools line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from kinometric_desktop.app.one_time_password import OneTimePassword
from kinometric_desktop.app.passing_clipboard import COPIED
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Grid, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import ElidedText, Text

HAND_OVER = "Hand it over now: it is shown this once and kept nowhere. It opens nothing but the choice of their own."

NOTE_FROM = 900


def show_text(editor: QLineEdit, text: str) -> None:
    """Show a text in an editor; one that stands there already keeps its cursor."""
    if editor.text() != text:
        editor.setText(text)


class FactGrid(QWidget):
    """Labels and values in two columns; values wrap, and can be selected by mouse where they are worth copying."""

    def __init__(self, label_width: int = 0, *, selectable: bool = False) -> None:
        super().__init__()
        self._grid = Grid(self, gaps=(16, 6))
        self._grid.setColumnStretch(1, 1)
        self._label_width = label_width
        self._selectable = selectable
        self._pairs: list[tuple[Text, Text]] = []

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show other facts."""
        while len(self._pairs) < len(facts):
            label, value = Text("", "body", "text-2"), Text("", "body", wrap=True, selectable=self._selectable)
            if self._label_width:
                fix_size(label, width=self._label_width)
            place = len(self._pairs)
            self._grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, place, 1)
            self._pairs.append((label, value))
        for place, (label, value) in enumerate(self._pairs):
            shown = place < len(facts)
            label.setText(facts[place][0] if shown else "")
            value.setText(facts[place][1] if shown else "")
            label.setVisible(shown)
            value.setVisible(shown)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is shown now."""
        return tuple((label.text(), value.text()) for label, value in self._pairs if label.text())


class ToolsLine(Pane):
    """A line of 48 px below the head: a sentence at the left, buttons at the right."""

    def __init__(self) -> None:
        super().__init__(lines=("bottom",))
        fix_size(self, height=48)
        self.row = Row(self, margins=(16, 0, 16, 0), spacing=8)
        self.note = ElidedText("", "body", "text-2")
        self._gap = QWidget()
        self._gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._gap.hide()
        self.row.addWidget(self.note, 1)
        self.row.addWidget(self._gap, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the sentence out whole where there is no room for it."""
        super().resizeEvent(event)
        room = look().effective_width(self.width()) >= NOTE_FROM
        self.note.setVisible(room)
        self._gap.setVisible(not room)

    def add(self, button: Button, on_click: Callable[[], object]) -> Button:
        """Add a button at the right."""
        button.clicked.connect(lambda: on_click())
        self.row.addWidget(button)
        return button


class OneTimePasswordSheet(Sheet):
    """A password to hand over, shown once; closing it forgets it."""

    def __init__(self, made: OneTimePassword, work: Workplace) -> None:
        super().__init__("admin.one_time", f"One-time password for {made.username}", width=520)
        self._made: OneTimePassword | None = made
        self._work = work
        self.body.addWidget(Text(HAND_OVER, "body", "text-2", wrap=True))
        self._shown = Text(made.password, "title", selectable=True)
        self._shown.setObjectName("admin.one_time.password")
        self._shown.setAccessibleName("One-time password: " + " ".join(made.password))
        self.body.addWidget(self._shown)
        self._note = Text("", "small", "text-2", wrap=True)
        self.body.addWidget(self._note)
        copy = Button("Copy", "admin.one_time.copy", icon="copy")
        copy.clicked.connect(self._copy)
        copy.setEnabled(work.clipboard is not None)
        close = Button("Done", "admin.one_time.done", kind="primary")
        close.clicked.connect(lambda: self.finish(True))
        self.footer.addWidget(copy)
        self.footer.addWidget(close)
        self.first = close
        self.finished.connect(lambda _: self._forget())

    def _copy(self) -> None:
        if self._work.clipboard is not None and self._made is not None:
            self._work.clipboard.copy(self._made.password)
            self._note.setText(COPIED)
            self.fit()

    def _forget(self) -> None:
        self._made = None
        self._shown.setText("")
        self._shown.setAccessibleName("")


def show_one_time_password(made: OneTimePassword, work: Workplace) -> None:
    """Open the sheet over the window."""
    if isinstance(work.dialogs, WindowDialogs):
        sheet = OneTimePasswordSheet(made, work)
        work.dialogs.show(sheet, focus=sheet.first)
