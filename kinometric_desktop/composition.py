"""Makes one of everything and wires it together: the only place that knows the ports and what stands behind them."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.device import WORDS, Enrolment, Standing
from kinometric_desktop.app.lock import LockPresenter, LockState
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.passing_clipboard import PassingClipboard
from kinometric_desktop.app.session import WorkSession, WorkState
from kinometric_desktop.app.sign_in import SignInPresenter
from kinometric_desktop.app.unlock import UnlockPresenter, UnlockState
from kinometric_desktop.app.watch import Heartbeat, WatchedRunner
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.platform.clipboard import SystemClipboard
from kinometric_desktop.platform.clock import QtTimer, SystemClock
from kinometric_desktop.platform.files import WindowFiles
from kinometric_desktop.platform.keyring_store import KeyringStore
from kinometric_desktop.platform.late_printer import LatePrinter
from kinometric_desktop.platform.runner import ThreadRunner
from kinometric_desktop.platform.settings import IniSettings
from kinometric_desktop.ui.shell.everywhere import everywhere_actions
from kinometric_desktop.ui.shell.first_window import MainWindow
from kinometric_desktop.ui.shell.input_watch import InputWatch
from kinometric_desktop.ui.shell.leaving import Leaving
from kinometric_desktop.ui.shell.lock_warning import LockWarning
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.sign_in.foot import Foot
from kinometric_desktop.ui.sign_in.screen import SignInPage
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.dialog import WindowDialogs

_LOG = logging.getLogger("kinometric.desktop")

#: Each has ``register(shell, work)``; imported on a worker while the person signs in.
SCREENS = (
    "kinometric_desktop.ui.worklist.screen",
    "kinometric_desktop.ui.match.screen",
    "kinometric_desktop.ui.patient.screen",
    "kinometric_desktop.ui.review.screen",
    "kinometric_desktop.ui.report.screen",
    "kinometric_desktop.ui.uploads.screen",
    "kinometric_desktop.ui.departments.screen",
    "kinometric_desktop.ui.admin.screen",
    "kinometric_desktop.ui.help.screen",
)
#: What the screens need and the first paint does not; the network first, since the sign-in waits for it.
HEAVY = ("httpx", "numpy", "scipy.linalg.lapack", "pyqtgraph", "pypdfium2", "keyring")


def product_versions() -> str:
    """``Version 1.0.0, engine 1.0.0``."""
    from kinometric.scoring import ENGINE_VERSION

    try:
        product = version("kinometric")
    except PackageNotFoundError:
        product = "from source"
    return f"Version {product}, engine {ENGINE_VERSION}"


class Workstation(QObject):
    """The running workstation: keeps everything alive and ends it in order.

    Parameters
    ----------
    window : MainWindow
        The painted window.
    server_url : str
        Where to connect; "" for the address of the last time.
    settings_file : Path or None
        Another place for the settings, in tests.
    """

    ready = Signal()

    def __init__(self, window: MainWindow, server_url: str = "", settings_file: Path | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._screens_registered = False
        self._threads = ThreadRunner()
        session = WorkSession()
        settings = IniSettings(settings_file)
        stored = settings.load()
        look().set(appearance=stored.appearance, percent=stored.text_percent)
        self.dialogs = WindowDialogs(lambda: self.shell)
        self._leaving = Leaving(self.dialogs)
        window.may_close = lambda: self._leaving.may_close(window.close)
        clock = SystemClock()
        keys = KeyringStore()
        timer = QtTimer(self)
        self._clipboard = PassingClipboard(SystemClipboard(), timer)
        self.work = Workplace(
            session=session,
            navigation=Navigation(session),
            actions=ActionRegistry(),
            connection=Connection(),
            runner=WatchedRunner(self._threads, session),
            clock=clock,
            timer=timer,
            dialogs=self.dialogs,
            settings=settings,
            printer=LatePrinter(lambda: window),
            files=WindowFiles(lambda: window),
            device_keys=keys,
            clipboard=self._clipboard,
        )
        self._enrolment = Enrolment(keys, self.work.connection)
        self.lock = LockPresenter(session, self.work.connection, self._threads, clock, timer)
        self.work.actions.add_all(everywhere_actions(self.work, self.lock, lambda: self.shell))
        self.shell = Shell(self.work, self.dialogs)
        self._heartbeat = Heartbeat(session, self.work.connection, self.work.runner, timer)
        self._warning: LockWarning | None = None
        self.lock.subscribe(self._lock_changed)
        self._input = InputWatch(self.lock.input_seen, self)
        self._unlock = UnlockPresenter(session, self.work.connection, self.work.runner, self._enrolment.signed)
        self._wire_lock_page()
        self._wire_app_bar()
        self.sign_in = SignInPresenter(
            session,
            self.work.connection,
            self.work.runner,
            settings,
            self._entered,
            self._enrolment.signed,
            self._clipboard,
            self.work.printer,
            self._enrolment.key_to_show,
        )
        self._foot = Foot("")
        self._foot.help.clicked.connect(lambda: self.work.actions.trigger("help"))
        session.listen(self._session_changed)
        self._server_url = server_url

    def parts(self) -> tuple[Callable[[], None], ...]:
        """What is left to do after making it, in order; each in a round of the event loop of its own."""
        return self._fill_window, self._show_sign_in, self._connect, self._load

    def _fill_window(self) -> None:
        self._window.setCentralWidget(self.shell)
        self._window.activateWindow()

    def _show_sign_in(self) -> None:
        self.shell.register_page("sign_in", lambda: SignInPage(self.sign_in, self._foot))

    def _connect(self) -> None:
        self.sign_in.start(self._server_url)

    def close(self) -> None:
        """End the server session, stop the threads, keep nothing."""
        self.dialogs.cancel_all()
        self._clipboard.take_back()
        self._input.stop()
        self.lock.close()
        self._heartbeat.close()
        self.sign_in.close()
        self._unlock.close()
        self.shell.close_pages()
        connection = self.work.connection
        if connection.is_open and connection.client.signed_in:
            self._threads.run(connection.client.accounts.sign_out, lambda _: None, lambda _: None)
        self._threads.close()
        connection.close()

    def report_mistake(self, sentence: str) -> None:
        """Say that the program made a mistake."""
        self.shell.mistake.say(sentence, tone="stop")

    def register_screens(self) -> None:
        """Have every screen add its actions and its page; done once."""
        if self._screens_registered:
            return
        self._screens_registered = True
        for name in SCREENS:
            importlib.import_module(name).register(self.shell, self.work)
        self.ready.emit()

    def _load(self) -> None:
        interval = sys.getswitchinterval()

        def load() -> str:
            sys.setswitchinterval(0.0005)
            try:
                for name in HEAVY:
                    importlib.import_module(name)
                words = product_versions()
                for name in SCREENS:
                    importlib.import_module(name)
            finally:
                sys.setswitchinterval(interval)
            return words

        self._threads.run(load, self._loaded, self._load_failed, lane="compute")

    def _loaded(self, versions: str) -> None:
        self._foot.show_versions(versions)
        self._ask_standing()
        self.register_screens()

    def _ask_standing(self) -> None:
        username = self.sign_in.state.user_name
        if not (self.work.connection.is_open and username):
            return

        def known(standing: Standing) -> None:
            self._foot.show_device(WORDS[standing], enrolled=standing == "enrolled")

        self._threads.run(lambda: self._enrolment.standing(username), known, lambda _: None, lane="compute")

    def _load_failed(self, problem: Exception) -> None:
        raise problem

    def _entered(self) -> None:
        self.register_screens()
        self.work.navigation.go("worklist")

    def _session_changed(self, state: WorkState) -> None:
        if state.me is None or state.locked:
            self._clipboard.take_back()
        if state.me is None and self.work.connection.is_open and self.work.connection.client.signed_in:
            self._threads.run(self.work.connection.client.accounts.sign_out, lambda _: None, lambda _: None)

    def _lock_changed(self, state: LockState) -> None:
        self.shell.show_lock(state)
        if state.warning and self._warning is None and not state.locked:
            self._warning = LockWarning(state)
            self._warning.finished.connect(self._warning_closed)
            self.dialogs.show(self._warning)
        elif self._warning is not None and not state.warning:
            self._warning.finish(True)
        elif self._warning is not None:
            self._warning.show_state(state)

    def _warning_closed(self) -> None:
        self._warning = None

    def _wire_lock_page(self) -> None:
        page = self.shell.lock_page
        page.sign_in_pressed.connect(self._unlock.sign_in)
        page.other_person.connect(lambda: self._leaving.start_over(self._unlock.someone_else))

        def news(state: UnlockState) -> None:
            if state.sentence:
                page.say(state.sentence)
            elif state.code_asked and not state.busy:
                page.ask_code()

        self._unlock.subscribe(news)

    def _wire_app_bar(self) -> None:
        bar = self.shell.app_bar
        trigger = self.work.actions.trigger
        bar.practice_pressed.connect(lambda: trigger("practice"))
        bar.find_pressed.connect(lambda: trigger("find"))
        bar.menu_chosen.connect(trigger)


def compose(window: MainWindow, server_url: str = "", settings_file: Path | None = None) -> Workstation:
    """Build the workstation inside a window that is already painted, all at once."""
    workstation = Workstation(window, server_url, settings_file)
    for part in workstation.parts():
        part()
    return workstation
