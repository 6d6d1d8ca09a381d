"""The head of a pane: its number, its name, and what stands at its right end."""

from __future__ import annotations

from kinometric_desktop.ui.theme.spacing import Row, fix_size
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import Text


class PaneHead(Pane):
    """40 px high with a line below."""

    def __init__(self, number: str, title: str) -> None:
        super().__init__(lines=("bottom",))
        fix_size(self, height=40)
        self.row = Row(self, margins=(16, 0, 16, 0), spacing=8)
        self.number = Text(number, "label", "text-2")
        self.row.addWidget(self.number)
        self.title = Text(title, "body_strong")
        self.row.addWidget(self.title)
