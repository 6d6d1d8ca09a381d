"""Adds the review screen to the workstation."""

from __future__ import annotations

from typing import cast

from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_actions import review_actions
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.review.page import ReviewPage
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.widgets.dialog import WindowDialogs


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's page and keys."""
    presenters: list[ReviewPresenter] = []

    def make() -> ReviewPage:
        presenters[:] = [ReviewPresenter(work)]
        return ReviewPage(presenters[0], work, cast("WindowDialogs", work.dialogs))

    shell.register_page("review", make)
    work.actions.add_all(review_actions(lambda: presenters[0] if presenters else None))
