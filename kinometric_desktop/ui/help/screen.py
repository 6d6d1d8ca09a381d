"""Adds help and settings to the shell."""

from __future__ import annotations

from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.help.page import HelpPage
from kinometric_desktop.ui.help.settings_page import SettingsPage
from kinometric_desktop.ui.shell.shell import Shell


def register(shell: Shell, work: Workplace) -> None:
    """Add the pages; their actions belong to all screens."""
    shell.register_page("help", lambda: HelpPage(work))
    shell.register_page("settings", lambda: SettingsPage(work))
