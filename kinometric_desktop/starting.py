"""What happens between the first paint and the sign-in: crash handler, then composition, and the end of it all."""

from __future__ import annotations

import gc
import importlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from kinometric_desktop.ui.shell.first_window import MainWindow

POLL_MS = 5
#: While imports run beside the window, the interpreter changes threads this often.
SWITCH_S = 0.0005
ALREADY_OPEN = "Kinometric is open already; its window was brought to the front."


def start(
    application: QApplication,
    window: MainWindow,
    server_url: str,
    running: list[object],
    tour: str = "",
    *,
    single: bool = False,
) -> None:
    """Build the workstation inside the painted window; ``running`` keeps it alive, ``tour`` is where pictures go.

    Modules are imported on a thread and the rest is done in steps, so that the window answers all the time. With
    ``single``, a second start for the same person and server brings the first one's window to the front and ends.
    """

    def tell(sentence: str) -> None:
        for thing in running:
            report = getattr(thing, "report_mistake", None)
            if report is not None:
                report(sentence)

    failed: list[Exception] = []
    interval = sys.getswitchinterval()

    def load() -> None:
        try:
            importlib.import_module("kinometric_desktop.platform.crash")
            importlib.import_module("kinometric_desktop.composition")
            importlib.import_module("kinometric_desktop.platform.single_instance")
        except Exception as problem:  # noqa: BLE001 - raised again on the window's thread
            failed.append(problem)

    thread = threading.Thread(target=load, name="kinometric-start")
    poll = QTimer(window)
    poll.setInterval(POLL_MS)

    def look_in() -> None:
        if thread.is_alive():
            return
        poll.stop()
        poll.deleteLater()
        sys.setswitchinterval(interval)
        if failed:
            raise failed[0]
        QTimer.singleShot(0, dress)

    def dress() -> None:
        from kinometric_desktop.platform.crash import CrashHandler
        from kinometric_desktop.ui.theme import look

        crash = CrashHandler(tell)
        crash.install()
        running.append(crash)
        application.aboutToQuit.connect(crash.remove)
        look().apply()
        if single and not alone():
            sys.stdout.write(ALREADY_OPEN + "\n")
            application.exit(0)
            return
        QTimer.singleShot(0, compose)

    def alone() -> bool:
        from kinometric_desktop.platform.settings import IniSettings
        from kinometric_desktop.platform.single_instance import SingleInstance, channel_name

        instance = SingleInstance(channel_name(server_url or IniSettings().load().server_url), come_forward, window)
        return instance.acquire()

    def come_forward() -> None:
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()

    def compose() -> None:
        from kinometric_desktop.composition import Workstation

        # A tour changes text size and address; what a person has set stays theirs, and the last tour's is forgotten.
        settings = Path(tour) / "settings.ini" if tour else None
        if settings is not None:
            settings.unlink(missing_ok=True)
        workstation = Workstation(window, server_url, settings)
        running.append(workstation)
        workstation.ready.connect(_collect_again)
        application.aboutToQuit.connect(workstation.close)
        tours = [lambda: running.append(_tour(application, window, tour))] if tour else []
        in_turns([*workstation.parts(), *tours])

    poll.timeout.connect(look_in)
    sys.setswitchinterval(SWITCH_S)
    # A full collection over a million new objects of numpy and SciPy would stop the window for a third of a second.
    gc.disable()
    thread.start()
    poll.start()


def _collect_again() -> None:
    """Everything is loaded: what is there now stays until the end, and is not looked through again."""
    gc.freeze()
    gc.enable()


def in_turns(parts: list[Callable[[], object]]) -> None:
    """Do the parts in order, and let the window answer between them."""
    if parts:
        parts[0]()
        QTimer.singleShot(0, lambda: in_turns(parts[1:]))


def _tour(application: QApplication, window: MainWindow, folder: str) -> object:
    from kinometric_desktop.ui.tour.running import start_tour

    return start_tour(application, window, Path(folder))
