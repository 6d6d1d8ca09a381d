"""The line at the foot of the sign-in: what this computer keeps, and the versions."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import SymbolText, Text

VERSIONS_FROM, LOCK_FROM = 960, 720


class Foot(Pane):
    """Three promises at the left, version and Help at the right."""

    def __init__(self, versions: str) -> None:
        super().__init__(lines=("top",))
        fix_size(self, height=32)
        row = Row(self, margins=(16, 0, 16, 0), spacing=24)
        row.addWidget(SymbolText("lock", "No patient data is kept on this computer", "text-2", role="small"))
        self._locks = SymbolText("clock", "Locks after 15 minutes without input", "text-2", role="small")
        row.addWidget(self._locks)
        self._enrolled = SymbolText("", "", "text-2", role="small")
        row.addWidget(self._enrolled)
        row.addStretch(1)
        self._versions = Text(versions, "small", "text-2")
        row.addWidget(self._versions)
        self.help = Button("Help", "sign_in.foot.help", kind="quiet", key="F1", small=True)
        row.addWidget(self.help)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out whole where there is no room for all: versions first, then the lock."""
        super().resizeEvent(event)
        room = look().effective_width(self.width())
        self._versions.setVisible(room >= VERSIONS_FROM)
        self._locks.setVisible(room >= LOCK_FROM)

    def show_versions(self, words: str) -> None:
        """Say which versions run."""
        self._versions.setText(words)

    def show_device(self, words: str, *, enrolled: bool) -> None:
        """Say whether this computer is enrolled."""
        self._enrolled.set("check" if enrolled else "info", words, "text-2")
        self._enrolled.setVisible(bool(words))
