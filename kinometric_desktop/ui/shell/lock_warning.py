"""The warning two minutes before the screen locks; any key stays."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from kinometric_desktop.app.lock import LockState
from kinometric_desktop.app.problems import countdown
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.text import Text


class LockWarning(Sheet):
    """Counts down; input of any kind takes it away."""

    def __init__(self, state: LockState) -> None:
        super().__init__("shell.lock_warning", "", width=400, footer=False)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        note = Text("Press any key to stay. Your unsent note is kept.", "body", "text-2")
        note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(note)
        stay = Button("Stay", "shell.lock_warning.stay", kind="primary")
        stay.clicked.connect(lambda: self.finish(True))
        self.body.addWidget(stay, 0, Qt.AlignmentFlag.AlignHCenter)
        self.show_state(state)

    def show_state(self, state: LockState) -> None:
        """Show the time that is left."""
        self.title.setText(f"Locking in {countdown(state.remaining_s)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        self.finish(True)
