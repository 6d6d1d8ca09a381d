"""Sees real input: keys, mouse, wheel, touch and pen, as they arrive at the windows of the application."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow

_INPUT = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)


class InputWatch(QObject):
    """Calls ``seen`` for input of the person.

    It watches the native windows, each from the moment that it has the focus: a filter on the whole application would
    run for every paint and timer event too.
    """

    def __init__(self, seen: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen = seen
        self._windows: list[QWindow] = []
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._focus_moved)
            self._focus_moved(application.focusWindow())

    def watch(self, window: QWindow) -> None:
        """Watch a window."""
        if window not in self._windows:
            self._windows.append(window)
            window.installEventFilter(self)
            window.destroyed.connect(self._forget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() in _INPUT:
            self._seen()
        return False

    def stop(self) -> None:
        """See nothing any more."""
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._focus_moved)
        for window in self._windows:
            window.removeEventFilter(self)
        self._windows = []

    def _focus_moved(self, window: QWindow | None) -> None:
        if window is not None:
            self.watch(window)

    def _forget(self, gone: QObject) -> None:
        self._windows = [window for window in self._windows if window is not gone]
