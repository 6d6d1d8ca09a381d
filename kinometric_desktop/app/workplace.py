"""What every screen is given: the work session, the connection, and the ports."""

from __future__ import annotations

from dataclasses import dataclass

from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.passing_clipboard import PassingClipboard
from kinometric_desktop.app.ports import Clock, DeviceKeys, Dialogs, FileChooser, Printer, Settings, TaskRunner, Timer
from kinometric_desktop.app.session import WorkSession


@dataclass(frozen=True)
class Workplace:
    """One of each, made by the composition and handed to presenters."""

    session: WorkSession
    navigation: Navigation
    actions: ActionRegistry
    connection: Connection
    runner: TaskRunner
    clock: Clock
    timer: Timer
    dialogs: Dialogs
    settings: Settings
    printer: Printer
    files: FileChooser
    device_keys: DeviceKeys | None = None
    clipboard: PassingClipboard | None = None
