"""Adds the uploads to the shell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.uploads import UploadsPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.uploads.page import UploadsPage


def register(shell: Shell, work: Workplace) -> None:
    """Add the screen's actions and its page."""
    here = frozenset(("uploads",))
    pages: list[UploadsPage] = []

    def page() -> QWidget:
        presenter = UploadsPresenter(
            work.session, work.navigation, work.connection, work.runner, work.clock, work.timer, work.dialogs
        )
        pages[:] = [UploadsPage(presenter, work)]
        return pages[0]

    def presenter() -> UploadsPresenter:
        return pages[0].presenter

    def chosen_is(state: str) -> bool:
        now = presenter().state if pages else None
        return now is not None and now.may_upload and now.chosen is not None and now.chosen.state == state

    shell.register_page("uploads", page)
    group = "Uploads"
    work.actions.add_all(
        (
            Action("uploads.row", "Row", "", lambda: None, screens=here, key_bar=1, key_text="↑↓", group=group),
            Action(
                "uploads.detail",
                "Open the report",
                "",
                lambda: presenter().open_session(),
                screens=here,
                key_bar=2,
                key_text="Enter",
                group=group,
            ),
            Action(
                "uploads.retry",
                "Send rejected again",
                "R",
                lambda: presenter().retry(),
                screens=here,
                key_bar=3,
                group=group,
                offered=lambda: chosen_is("rejected"),
            ),
            Action(
                "uploads.cancel",
                "Cancel queued",
                "Del",
                lambda: presenter().cancel(),
                screens=here,
                key_bar=4,
                group=group,
                offered=lambda: chosen_is("queued"),
            ),
            Action("uploads.copy", "Copy IDs", "E", lambda: pages[0].copy_ids(), screens=here, key_bar=5, group=group),
            Action(
                "uploads.refresh", "Refresh", "F5", lambda: presenter().refresh(), screens=here, key_bar=6, group=group
            ),
        )
    )
