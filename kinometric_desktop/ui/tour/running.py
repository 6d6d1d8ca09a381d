"""Run the tour in a workstation that has just been put together, and end the program with what came of it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from kinometric_desktop.ui.tour.driver import Driver
from kinometric_desktop.ui.tour.main_job import main_job


def start_tour(application: QApplication, window: QWidget, folder: Path) -> Driver:
    """Start the tour; the program ends with 0, or with 1 after one sentence that says which step did not come about."""
    driver = Driver(window, folder)

    def ended(problem: object) -> None:
        if problem is not None:
            sys.stderr.write(f"{problem}\n")
        application.exit(0 if problem is None else 1)

    driver.finished.connect(ended)
    driver.run(main_job(driver))
    return driver
