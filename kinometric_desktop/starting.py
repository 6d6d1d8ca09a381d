"""What happens between the first paint and the sign-in: crash handler, then composition, and the end of it all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kinometric_desktop.ui.shell.first_window import MainWindow


def start(
    application: QApplication, window: MainWindow, server_url: str, running: list[object], tour: str = ""
) -> None:
    """Build the workstation inside the painted window; ``running`` keeps it alive, ``tour`` is where pictures go.

    Modules are loaded in steps, so that the window answers between them.
    """
    from kinometric_desktop.platform.crash import CrashHandler

    def tell(sentence: str) -> None:
        for thing in running:
            report = getattr(thing, "report_mistake", None)
            if report is not None:
                report(sentence)

    crash = CrashHandler(tell)
    crash.install()
    running.append(crash)

    def widgets() -> None:
        import kinometric_desktop.ui.shell.shell

        del kinometric_desktop.ui.shell.shell
        QTimer.singleShot(0, compose)

    def compose() -> None:
        from kinometric_desktop.composition import compose as build

        # A tour changes text size and address; what a person has set stays theirs.
        workstation = build(window, server_url, Path(tour) / "settings.ini" if tour else None)
        running.append(workstation)
        application.aboutToQuit.connect(workstation.close)
        application.aboutToQuit.connect(crash.remove)
        if tour:
            from kinometric_desktop.ui.tour.running import start_tour

            running.append(start_tour(application, window, Path(tour)))

    QTimer.singleShot(0, widgets)
