"""Press keys and click widgets as a person would, wait for what should appear, and take pictures of the window."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

POLL_MS = 20


class TourError(RuntimeError):
    """A step of the tour did not come about; the message says which, in a sentence."""


@dataclass(frozen=True)
class Until:
    """Wait until `condition` holds; `sentence` says what was awaited."""

    condition: Callable[[], bool]
    sentence: str
    limit_s: float = 30.0


Steps = Generator[Until, None, None]


class Driver(QObject):
    """Runs the steps of a tour inside the event loop of the workstation that it drives."""

    finished = Signal(object)

    def __init__(self, window: QWidget, folder: Path) -> None:
        super().__init__()
        self.window = window
        self.folder = folder
        self.pictures: list[Path] = []
        self._steps: Steps | None = None
        self._waiting: Until | None = None
        self._deadline = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    def run(self, steps: Steps) -> None:
        """Start the steps; `finished` carries None, or the error that ended them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._steps = steps
        self._timer.start()

    @Slot()
    def _poll(self) -> None:
        if self._waiting is not None:
            if not self._waiting.condition():
                if time.monotonic() > self._deadline:
                    self._end(TourError(f"The tour waited for this and it did not come: {self._waiting.sentence}."))
                return
            self._waiting = None
        assert self._steps is not None
        try:
            self._waiting = next(self._steps)
            self._deadline = time.monotonic() + self._waiting.limit_s
        except StopIteration:
            self._end(None)
        except (TourError, LookupError, ValueError) as problem:
            self._end(problem)

    def _end(self, problem: Exception | None) -> None:
        self._timer.stop()
        if problem is not None:
            self.picture("problem")
        self.finished.emit(problem)

    def find(self, name: str) -> QWidget:
        """Return the visible widget with this object name."""
        for top in QApplication.topLevelWidgets():
            if top.objectName() == name and top.isVisible():
                return top
            for widget in top.findChildren(QWidget, name):
                if widget.isVisible():
                    return widget
        raise TourError(f"There is no visible widget named {name}")

    def is_visible(self, name: str) -> bool:
        """Tell whether a widget with this object name is on the screen."""
        try:
            self.find(name)
        except TourError:
            return False
        return True

    def is_enabled(self, name: str) -> bool:
        """Tell whether a widget with this object name is on the screen and can be used."""
        return self.is_visible(name) and self.find(name).isEnabled()

    def click(self, name: str) -> None:
        """Click the middle of a widget with the left button."""
        widget = self.find(name)
        if isinstance(widget, QAbstractButton) and not widget.isEnabled():
            raise TourError(f"The button {name} is not enabled")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())

    def focus(self, name: str) -> None:
        """Click into a field at its left end."""
        widget = self.find(name)
        place = QPoint(min(12, widget.width() // 2), widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def type_into(self, name: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        self.focus(name)
        widget = self.find(name)
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(widget, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is.

        Shortcuts work in the active window only, and without a screen no window manager gives the focus back.
        """
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
            QApplication.processEvents()
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def say(self, words: str) -> None:
        """Tell whoever started the tour."""
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()

    def picture(self, name: str) -> Path:
        """Save what the window shows as a PNG."""
        QApplication.processEvents()
        path = self.folder / f"{len(self.pictures) + 1:02d}-{name}.png"
        if not self.window.grab().save(str(path)):
            raise TourError(f"The picture {path.name} could not be written")
        self.pictures.append(path)
        return path
