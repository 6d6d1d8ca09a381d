"""Adds the administration to the shell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.admin import AdminPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.page import AdminPage
from kinometric_desktop.ui.shell.shell import Shell


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's actions and its page."""
    here = frozenset(("admin",))
    pages: list[AdminPage] = []

    def page() -> QWidget:
        pages[:] = [AdminPage(AdminPresenter(work.connection, work.runner), work)]
        return pages[0]

    shell.register_page("admin", page)
    group = "Admin"
    work.actions.add_all(
        (
            Action("admin.row", "Row", "", lambda: None, screens=here, key_bar=1, key_text="↑↓", group=group),
            Action(
                "admin.refresh",
                "Refresh",
                "F5",
                lambda: pages[0].presenter.refresh(),
                screens=here,
                key_bar=2,
                group=group,
            ),
        )
    )
