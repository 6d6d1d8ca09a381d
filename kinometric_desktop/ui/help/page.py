"""Help on one page: the five steps, the symbols, the codes, and where more is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.navigation import ScreenId
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.help.topics import ASKING, CODES, LEVELS, LEVELS_NOTE, SCREENS, STEPS
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.theme.icons import draw_level_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size, max_size, rescale
from kinometric_desktop.ui.widgets.area import ReadingArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import level_tone
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import Text, key_words


class _LevelMark(PaintedMark):
    SIZE = (12, 20)

    def __init__(self, level: str) -> None:
        super().__init__()
        self._level = level

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        side = look().px(10)
        place = QRectF(0, (self.height() - side) / 2, side, side)
        draw_level_symbol(QPainter(self), self._level, place, look().colour(level_tone(self._level)))


class HelpPage(Page):
    """Works without the server."""

    def __init__(self, work: Workplace) -> None:
        super().__init__()
        self._work = work
        outer = Column(self)
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=8)
        row.addWidget(Text("Help", "heading"))
        row.addStretch(1)
        keys = Button("Key list", "help.head.keys", key="Ctrl+/")
        keys.clicked.connect(lambda: work.actions.trigger("keys"))
        settings = Button("Settings", "help.head.settings", key="Ctrl+,")
        settings.clicked.connect(lambda: work.navigation.go("settings"))
        self._back = Button("Back", "help.head.back", key="Esc", icon="chevron-left")
        self._back.clicked.connect(work.navigation.back)
        for button in (keys, settings, self._back):
            row.addWidget(button)
        outer.addWidget(head)
        inside = Pane()
        column = Column(inside, margins=(16, 16, 16, 24), spacing=24)
        self._column = column
        self._here: QWidget | None = None
        column.addWidget(self._steps())
        column.addWidget(Line())
        column.addWidget(self._levels())
        column.addWidget(Line())
        column.addWidget(self._codes())
        column.addWidget(Line())
        column.addWidget(_section("Help beyond this page", ASKING))
        column.addStretch(1)
        self._area = ReadingArea("help.text", "Help", inside)
        outer.addWidget(self._area, 1)

    def entered(self) -> None:
        """Begin with the screen that was left for help, and take the focus, so that the arrow keys scroll."""
        self._show_here(self._work.navigation.came_from)
        self._area.verticalScrollBar().setValue(0)
        self._area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_here(self, screen: ScreenId) -> None:
        if self._here is not None:
            self._column.removeWidget(self._here)
            self._here.hide()
            self._here.deleteLater()
            self._here = None
        if screen not in SCREENS:
            return
        name, words = SCREENS[screen]
        keys = tuple(
            (key_words(action.keys), action.text) for action in self._work.actions.key_bar(screen) if action.keys
        )
        self._here = _section(f"This screen: {name}", (("", words), *keys))
        named(self._here, "help.here", f"This screen: {name}. {words}")
        self._column.insertWidget(0, self._here)
        rescale(self._here)

    def _steps(self) -> QWidget:
        return _section("The day, left to right", STEPS)

    def _levels(self) -> QWidget:
        box = QWidget()
        column = Column(box, spacing=8)
        column.addWidget(Text("What a risk level says", "heading"))
        note = Text(LEVELS_NOTE, "body", "text-2", wrap=True)
        max_size(note, width=760)
        column.addWidget(note)
        grid = Grid(gaps=(12, 4))
        for place, (level, words, span) in enumerate(LEVELS):
            grid.addWidget(_LevelMark(level), place, 0)
            grid.addWidget(Text(words, "body_strong"), place, 1)
            grid.addWidget(Text(span, "body", "text-2"), place, 2)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        return box

    def _codes(self) -> QWidget:
        return _section("Codes at the end of a message", CODES)


def _section(title: str, lines: tuple[tuple[str, str], ...]) -> QWidget:
    box = QWidget()
    column = Column(box, spacing=8)
    column.addWidget(Text(title, "heading"))
    grid = Grid(gaps=(16, 8))
    for place, (word, sentence) in enumerate(lines):
        text = Text(sentence, "body", "text-2", wrap=True)
        max_size(text, width=760)
        if not word:
            # Over several columns a grid gives a line that wraps too little height.
            column.addWidget(text)
            continue
        head = Text(word, "body_strong")
        fix_size(head, width=88)
        grid.addWidget(head, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text, place, 1)
    grid.setColumnStretch(1, 1000)
    grid.setColumnStretch(2, 1)
    column.addLayout(grid)
    return box
