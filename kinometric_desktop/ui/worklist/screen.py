"""Adds the worklist to the shell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.worklist import WorklistPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.worklist.page import WorklistPage


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's actions and its page."""
    here = frozenset(("worklist",))
    pages: list[WorklistPage] = []

    def page() -> QWidget:
        presenter = WorklistPresenter(
            work.session, work.navigation, work.connection, work.runner, work.clock, work.timer
        )
        pages[:] = [WorklistPage(presenter, work)]
        return pages[0]

    def shown() -> WorklistPage:
        return pages[0]

    def may_match() -> bool:
        return work.session.may("can_match") and not work.session.standalone and bool(pages)

    shell.register_page("worklist", page)
    group = "Worklist"
    work.actions.add_all(
        (
            Action("worklist.row", "Row", "", lambda: None, screens=here, key_bar=1, key_text="↑↓", group=group),
            Action(
                "worklist.open",
                "Open at next step",
                "",
                lambda: shown().presenter.open_chosen(),
                screens=here,
                key_bar=2,
                key_text="Enter",
                group=group,
            ),
            Action(
                "worklist.preview",
                "Preview",
                "Space",
                lambda: shown().turn_preview(),
                screens=here,
                key_bar=3,
                group=group,
            ),
            Action(
                "worklist.filter",
                "Filter",
                "Ctrl+K",
                lambda: shown().focus_filter(),
                screens=here,
                key_bar=4,
                group=group,
            ),
            Action(
                "worklist.athena",
                "Search athenaOne",
                "F4",
                lambda: shown().presenter.open_for_match(),
                enabled=may_match,
                screens=here,
                key_bar=5,
                group=group,
            ),
            Action(
                "worklist.refresh",
                "Refresh",
                "F5",
                lambda: shown().presenter.refresh(),
                screens=here,
                key_bar=6,
                group=group,
            ),
            Action(
                "worklist.sort",
                "Sort by the next column",
                "",
                lambda: None,
                screens=here,
                key_text="Ctrl+Shift+← →",
                group=group,
            ),
        )
    )
