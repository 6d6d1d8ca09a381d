"""The list of all keys, made from the registry of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.theme.spacing import Grid, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import KeyCap, Text


class KeyListSheet(Sheet):
    """Every key with its words, grouped by screen."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        super().__init__("keys", "Keys", width=696)
        inside = Pane()
        grid = Grid(inside, margins=(0, 0, 12, 0), gaps=(16, 6))
        groups: dict[str, list[Action]] = {}
        for action in actions:
            if action.keys:
                groups.setdefault(action.group, []).append(action)
        tops = [0, 0]
        for group, members in groups.items():
            side = 0 if tops[0] <= tops[1] else 1
            line = tops[side]
            grid.addWidget(Text(group, "body_strong"), line, side * 3, 1, 2)
            keys: dict[str, list[str]] = {}
            for action in members:
                keys.setdefault(action.text, []).append(action.keys)
            for offset, (words, caps) in enumerate(keys.items(), 1):
                row = Row(spacing=4)
                for cap in caps:
                    row.addWidget(KeyCap(cap))
                row.addStretch(1)
                grid.addLayout(row, line + offset, side * 3)
                grid.addWidget(Text(words, "body", "text-2"), line + offset, side * 3 + 1)
            tops[side] = line + len(keys) + 1
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        grid.setRowStretch(max(tops), 1)
        area = named(QScrollArea(), "keys.list", "Keys")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self.give_way(area, 380)
        self.body.addWidget(area)
        self.footer_left.addWidget(Text("A letter works while no field has the focus.", "small", "text-2"))
        close = Button("Close", "keys.foot.close", kind="safe", key="Esc")
        close.clicked.connect(lambda: self.finish(True))
        self.footer.addWidget(close)
        self.first = area


def open_key_list(work: Workplace, shell: Shell) -> None:
    """Open the key list over the window."""
    del shell
    if isinstance(work.dialogs, WindowDialogs):
        sheet = KeyListSheet(work.actions.all())
        work.dialogs.show(sheet, focus=sheet.first)
