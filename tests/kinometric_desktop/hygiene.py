"""What every test of the workstation is held to: nothing left running, no warnings in the log, its own settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from kinometric_desktop.ui.theme import look


class Records(logging.Handler):
    """Keeps every record from WARNING on."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the settings of the person who runs it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture(autouse=True)
def no_warnings_in_the_log(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Fail a test that logs a warning; one that means to takes this fixture and empties the list."""
    handler = Records()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler.kept
    root.removeHandler(handler)
    assert not handler.kept, f"{request.node.name} left warnings in the log: {handler.kept}"


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a running timer, or a window behind."""
    threads = set(threading.enumerate())
    yield
    if "qapp" in request.fixturenames:
        _collect_deleted()
        _nothing_of_qt_left(request.node.name)
    left = [one for one in threading.enumerate() if one not in threads and not one.daemon]
    for thread in left:
        thread.join(2.0)
    assert not [one.name for one in left if one.is_alive()], f"{request.node.name} left threads running"


def _collect_deleted() -> None:
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _nothing_of_qt_left(test: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    windows = [one for one in application.topLevelWidgets() if one.isVisible()]
    for window in windows:
        window.hide()
    assert not windows, f"{test} left windows open: {[one.objectName() or type(one).__name__ for one in windows]}"
    running = [timer for timer in _timers(application) if timer.isActive()]
    assert not running, f"{test} left timers running: {[_owner(timer) for timer in running]}"


def _timers(application: QApplication) -> list[QTimer]:
    found = list(application.findChildren(QTimer))
    for widget in application.topLevelWidgets():
        found += widget.findChildren(QTimer)
    return found


def _owner(timer: QTimer) -> str:
    parent = timer.parent()
    return type(parent).__name__ if parent is not None else "nobody"


@pytest.fixture(autouse=True)
def light_look(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin every test that has a window with the light theme at 100 %."""
    if "qapp" in request.fixturenames:
        request.getfixturevalue("qapp")
        look().set(appearance="light", percent=100)
    yield
    if "qapp" in request.fixturenames and (look().percent != 100 or look().theme.name != "light"):
        look().set(appearance="light", percent=100)


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[Callable[[QWidget], QWidget]]:
    """Show a widget, active, and take it away at the end of the test."""
    widgets: list[QWidget] = []

    def show(widget: QWidget) -> QWidget:
        widgets.append(widget)
        widget.show()
        widget.activateWindow()
        qapp.processEvents()
        return widget

    yield show
    for widget in widgets:
        widget.close()
        widget.deleteLater()
