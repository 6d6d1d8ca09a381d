"""A scrolled area that keeps the widget with the focus in sight."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from kinometric_desktop.ui.theme.look import look


class FocusArea(QScrollArea):
    """Scrolls up and down only, and follows the focus, also where it moves without Tab or the content grows."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        taken = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._focus_moved(None, QApplication.focusWidget())
        return taken

    def _focus_moved(self, _: QWidget | None, here: QWidget | None) -> None:
        inside = self.widget()
        if here is not None and inside is not None and inside.isAncestorOf(here):
            self.ensureWidgetVisible(here, 0, look().px(24))
