"""Adds the departments to the shell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.departments import DepartmentsPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.departments.page import DepartmentsPage
from kinometric_desktop.ui.shell.shell import Shell


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's actions and its page."""
    here = frozenset(("departments",))
    pages: list[DepartmentsPage] = []

    def page() -> QWidget:
        presenter = DepartmentsPresenter(work.session, work.connection, work.runner, work.dialogs)
        pages[:] = [DepartmentsPage(presenter)]
        return pages[0]

    def presenter() -> DepartmentsPresenter:
        return pages[0].presenter

    def may_change() -> bool:
        return bool(pages) and presenter().state.may_change

    shell.register_page("departments", page)
    group = "Departments"
    work.actions.add_all(
        (
            Action(
                "departments.other",
                "Other list",
                "",
                lambda: None,
                screens=here,
                key_bar=1,
                key_text="Tab",
                group=group,
            ),
            Action(
                "departments.allow",
                "Allow",
                "Right",
                lambda: presenter().allow(),
                screens=here,
                key_bar=2,
                group=group,
                offered=may_change,
            ),
            Action(
                "departments.stop",
                "Stop",
                "Left",
                lambda: presenter().ask_stop(),
                screens=here,
                key_bar=3,
                group=group,
                offered=may_change,
            ),
            Action(
                "departments.sync", "Sync", "F5", lambda: presenter().refresh(), screens=here, key_bar=4, group=group
            ),
            Action(
                "departments.mine",
                "My department",
                "Ctrl+D",
                lambda: presenter().make_mine(),
                screens=here,
                key_bar=5,
                group=group,
                offered=lambda: bool(pages) and presenter().state.may_make_mine,
            ),
        )
    )
