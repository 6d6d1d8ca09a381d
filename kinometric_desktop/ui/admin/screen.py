"""Adds the administration to the shell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.page import AdminPage
from kinometric_desktop.ui.shell.shell import Shell


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's actions and its page."""
    here = frozenset(("admin",))
    pages: list[AdminPage] = []

    def page() -> QWidget:
        pages[:] = [AdminPage(work)]
        return pages[0]

    def at(tab: str) -> bool:
        return bool(pages) and pages[0].presenter.state.tab == tab

    shell.register_page("admin", page)
    group = "Admin"
    work.actions.add_all(
        (
            Action(
                "admin.row", "Row", "", lambda: None, lambda: bool(pages) and not at("practice"), here, 1,
                key_text="↑↓", group=group,
            ),
            Action(
                "admin.change", "Change", "", lambda: None, lambda: at("users"), here, 2, key_text="Enter", group=group
            ),
            Action(
                "admin.open", "Open", "", lambda: None, lambda: at("audit"), here, 2, key_text="Enter", group=group
            ),
            Action(
                "admin.add", "Add user", "Ctrl+N", lambda: pages[0].add_user(), lambda: at("users"), here, 3,
                group=group,
            ),
            Action(
                "admin.filter", "Filter", "Ctrl+K", lambda: pages[0].focus_filter(), lambda: at("audit"), here, 4,
                group=group,
            ),
            Action("admin.refresh", "Refresh", "F5", lambda: pages[0].refresh(), screens=here, key_bar=5, group=group),
        )
    )  # fmt: skip
