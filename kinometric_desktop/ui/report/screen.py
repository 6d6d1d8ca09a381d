"""Adds the report screen to the workstation."""

from __future__ import annotations

from typing import cast

from kinometric_desktop.app.report_actions import report_actions
from kinometric_desktop.app.upload import ReportPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.report.page import ReportPage
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.widgets.dialog import WindowDialogs


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's page and keys."""
    presenters: list[ReportPresenter] = []

    def make() -> ReportPage:
        presenters[:] = [ReportPresenter(work)]
        return ReportPage(presenters[0], work, cast("WindowDialogs", work.dialogs))

    shell.register_page("report", make)
    work.actions.add_all(report_actions(lambda: presenters[0] if presenters else None))
