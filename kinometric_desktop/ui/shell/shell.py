"""Everything inside the window while somebody works: one page per screen between app bar, rail, banner and key bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.lock import LockState
from kinometric_desktop.app.navigation import PATIENT_SCREENS, STEPS, Place, ScreenId
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.session import WorkState
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.app_bar import AppBar
from kinometric_desktop.ui.shell.lock_page import LockPage
from kinometric_desktop.ui.shell.rail import MENU_ACTIONS, Rail
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, rescale
from kinometric_desktop.ui.widgets.banner import PatientBanner
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from kinometric_desktop.ui.widgets.keybar import KeyBar
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import REFLOW_BELOW, PaneLayout
from kinometric_desktop.ui.widgets.stepper import Stepper

KEY_BAR_BELOW_HEIGHT = 480
OFFLINE = (
    "Can't reach the Kinometric server.",
    "Nothing was sent to athenaOne. Check the network, then press F5.",
    "KW-101",
)


class Page(QWidget):
    """One screen. Subclass it, or give any widget these names.

    ``entered`` is called each time the screen is shown, ``left`` when another takes its place. ``panes`` is the
    screen's PaneLayout, if it has one: in a narrow window its control moves into the stepper's line.
    """

    panes: PaneLayout | None = None

    def entered(self) -> None:
        """The screen is shown now."""

    def left(self) -> None:
        """Another screen is shown now."""

    def unlocked(self) -> None:
        """The person who locked the screen has signed in again."""


#: What can be done while a dialog is open too: leaving the desk, and reading it.
OVER_DIALOGS = ("lock", "larger", "larger_plus", "smaller")


class Shell(QWidget):
    """App bar, rail, banner, stepper, offline bar, the pages and the key bar.

    Pages are registered by :meth:`register_page` and made when they are first shown.
    """

    activated = Signal()

    def __init__(self, workplace: Workplace, dialogs: WindowDialogs) -> None:
        super().__init__()
        self.setObjectName("shell")
        self._work = workplace
        self._dialogs = dialogs
        self._factories: dict[ScreenId, Callable[[], QWidget]] = {}
        self._pages: dict[ScreenId, QWidget] = {}
        self._shown: ScreenId | None = None
        self._shortcuts: dict[str, QShortcut] = {}
        self._narrow = self._locked = False
        self._switch_in_stepper: PaneLayout | None = None
        self._build()
        workplace.session.listen(self._session_changed)
        workplace.navigation.listen(self._place_changed)
        workplace.actions.listen(self._actions_changed)
        look().changed.connect(self._look_changed)
        self._actions_changed()
        self._session_changed(workplace.session.state)
        self._place_changed(workplace.navigation.place)

    def _build(self) -> None:
        self.app_bar = AppBar()
        self.rail = Rail()
        self.banner = PatientBanner(lambda: self._work.session.today(self._work.clock.now()))
        self.stepper = Stepper()
        self.offline = Message("shell.offline", button="Try again", key="F5", square=True)
        self.mistake = Message("shell.mistake", button="Close", square=True)
        self.mistake.pressed.connect(lambda: self.mistake.say(""))
        self.pages = QStackedWidget()
        self.key_bar = KeyBar()
        self.lock_page = LockPage()
        self._work_area = QWidget()
        self._roots = QStackedWidget()
        outer = Column(self)
        outer.addWidget(self._roots)
        frame = Column(self._work_area)
        frame.addWidget(self.app_bar)
        middle = Row()
        middle.addWidget(self.rail)
        right = Column()
        for widget in (self.banner, self.stepper, self.offline, self.mistake):
            right.addWidget(widget)
        right.addWidget(self.pages, 1)
        middle.addLayout(right, 1)
        frame.addLayout(middle, 1)
        frame.addWidget(self.key_bar)
        self._sign_in_area = QWidget()
        self._sign_in_column = Column(self._sign_in_area)
        for root in (self._sign_in_area, self._work_area, self.lock_page):
            self._roots.addWidget(root)
        self.rail.pressed.connect(self._rail_pressed)
        self.stepper.pressed.connect(self._step_pressed)
        self.offline.pressed.connect(self._refresh)
        self.app_bar.menu.clicked.connect(lambda: self.rail.open_menu(self.app_bar.menu))

    def register_page(self, screen: ScreenId, factory: Callable[[], QWidget]) -> None:
        """Have ``factory`` make the page of a screen when it is first shown."""
        self._factories[screen] = factory
        if self._work.navigation.screen == screen:
            self._place_changed(self._work.navigation.place)

    def page(self, screen: ScreenId) -> QWidget:
        """The page of a screen, made if it has not been yet."""
        if screen not in self._pages:
            page = self._factories[screen]()
            self._pages[screen] = page
            presenter = getattr(page, "presenter", None)
            if isinstance(presenter, Presenter):
                presenter.after_showing(self._look_at_keys)
            if screen == "sign_in":
                self._sign_in_column.addWidget(page)
            else:
                self.pages.addWidget(page)
            rescale(page)
        return self._pages[screen]

    def show_lock(self, state: LockState) -> None:
        """Show how long until the screen locks."""
        self.key_bar.show_lock(state.words, warning=state.warning)
        self.lock_page.show_reason(state.why)

    @property
    def narrow(self) -> bool:
        """True below 1100 px of the design."""
        return self._narrow

    def close_pages(self) -> None:
        """Forget all pages but the sign-in, for example after signing out: nothing of a patient stays in a widget."""
        for screen in tuple(self._pages):
            if screen == "sign_in":
                continue
            page = self._pages.pop(screen)
            closing = getattr(page, "closing", None)
            if closing is not None:
                closing()
            self.pages.removeWidget(page)
            page.deleteLater()
        self._shown = None
        self._switch_in_stepper = None

    def _place_changed(self, place: Place) -> None:
        screen = place.screen
        state = self._work.session.state
        if screen == "sign_in" or state.practice is None:
            if "sign_in" in self._factories:
                page = self.page("sign_in")
                self._roots.setCurrentWidget(self._sign_in_area)
                self._enter("sign_in", page)
            return
        if screen not in self._factories:
            return
        page = self.page(screen)
        self.pages.setCurrentWidget(page)
        self._roots.setCurrentWidget(self.lock_page if state.locked else self._work_area)
        with_patient = state.patient is not None and screen in PATIENT_SCREENS
        self.banner.show_patient(state.patient if with_patient else None)
        self.stepper.setVisible(with_patient)
        if with_patient:
            self.stepper.show_place(place)
        self.rail.show_screen(screen)
        self._show_keys(screen)
        self._enter(screen, page)
        self._reflow()

    def _enter(self, screen: ScreenId, page: QWidget) -> None:
        if self._shown == screen:
            return
        before = self._pages.get(self._shown) if self._shown is not None else None
        if before is not None:
            cast("Page", before).left() if hasattr(before, "left") else None
        self._shown = screen
        if hasattr(page, "entered"):
            cast("Page", page).entered()

    def _session_changed(self, state: WorkState) -> None:
        self.app_bar.show_state(state)
        self.rail.show_access(patient=state.patient is not None, admin=self._work.session.may_administer)
        with_patient = state.patient is not None and self._work.navigation.screen in PATIENT_SCREENS
        self.banner.show_patient(state.patient if with_patient else None)
        strong, sentence, code = OFFLINE
        if state.online:
            self.offline.say("")
        else:
            self.offline.say(sentence, tone="warn", strong=strong, code=code, icon="offline")
        was_locked, self._locked = self._locked, state.locked
        if state.locked:
            self._roots.setCurrentWidget(self.lock_page)
            if not was_locked:
                self._dialogs.put_aside()
                self.lock_page.entered(unsaved=bool(self._dialogs.unsaved))
        elif state.me is None:
            self._dialogs.cancel_all()
            self.close_pages()
        elif was_locked and state.practice is not None:
            self._unlocked()

    def _unlocked(self) -> None:
        """The same person is back: what was open is there again, and what a screen lists is read anew."""
        self._roots.setCurrentWidget(self._work_area)
        page = self._pages.get(self._shown) if self._shown is not None else None
        if hasattr(page, "unlocked"):
            cast("Page", page).unlocked()
        self._dialogs.bring_back()

    def _show_keys(self, screen: ScreenId) -> None:
        shown = [(action.keys, action.text) for action in self._work.actions.key_bar(screen)]
        self.key_bar.show_keys(shown)

    def _look_at_keys(self) -> None:
        """The key bar shows what can be done now, in this part of the screen and in this person's role."""
        if self._shown is not None:
            self._show_keys(self._shown)

    def _rail_pressed(self, place_id: str) -> None:
        if place_id in dict(MENU_ACTIONS):
            self._work.actions.trigger(place_id)
            return
        if place_id == "patient":
            patient = self._work.session.patient
            self._work.navigation.go("review" if patient is not None and patient.session_id else "match")
            return
        self._work.navigation.go(cast("ScreenId", place_id))

    def _step_pressed(self, step_id: str) -> None:
        screen = next(screen for step, _, _, screen in STEPS if step == step_id)
        self._work.navigation.go(screen)

    def _refresh(self) -> None:
        for action in self._work.actions.on_screen(self._work.navigation.screen):
            if action.shortcut == "F5":
                self._work.actions.trigger(action.action_id)

    def _actions_changed(self) -> None:
        for action in self._work.actions.all():
            if not action.shortcut or action.shortcut in self._shortcuts or is_plain(action.shortcut):
                continue
            shortcut = QShortcut(QKeySequence(action.shortcut), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(self._shortcut_pressed)
            shortcut.activatedAmbiguously.connect(self._shortcut_pressed)
            self._shortcuts[action.shortcut] = shortcut
        self._look_at_keys()

    def _shortcut_pressed(self) -> None:
        shortcut = self.sender()
        for keys, known in self._shortcuts.items():
            if known is shortcut:
                self.press(keys)
                return

    def press(self, keys: str) -> bool:
        """Do what the keys mean on this screen; False when they mean nothing now."""
        if self._work.session.state.locked:
            return False
        for action in self._work.actions.on_screen(self._work.navigation.screen):
            if action.shortcut == keys and self._allowed(action) and self._work.actions.trigger(action.action_id):
                return True
        return False

    def _allowed(self, action: Action) -> bool:
        if self._dialogs.current is not None and action.action_id not in OVER_DIALOGS:
            return False
        signed_in = self._work.session.state.practice is not None
        return signed_in or "sign_in" in action.screens or action.action_id in ("help", "keys", "larger", "smaller")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the focused widget has not taken: plain letters, Esc, Space, arrows."""
        keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if keys and self.press(keys):
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    def _look_changed(self) -> None:
        rescale(self)
        self._reflow()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            for widget in application.topLevelWidgets():
                widget.update()

    def _reflow(self) -> None:
        narrow = look().effective_width(self.width()) < REFLOW_BELOW
        short = look().effective_width(self.height()) < KEY_BAR_BELOW_HEIGHT
        self.key_bar.setVisible(not short)
        self.rail.setVisible(not narrow)
        self.app_bar.set_narrow(narrow)
        self.banner.set_narrow(narrow)
        self.stepper.set_narrow(narrow)
        self._narrow = narrow
        page = self._pages.get(self._shown) if self._shown is not None else None
        panes = getattr(page, "panes", None)
        wanted = panes if narrow and isinstance(panes, PaneLayout) and self._shown in PATIENT_SCREENS else None
        self._move_switch(wanted)

    def _move_switch(self, wanted: PaneLayout | None) -> None:
        if wanted is self._switch_in_stepper:
            return
        if self._switch_in_stepper is not None:
            self._switch_in_stepper.take_switch_back()
        self._switch_in_stepper = wanted
        if wanted is not None:
            self.stepper.slot.addWidget(wanted.switch)
            wanted.switch_moved_out()


def is_plain(keys: str) -> bool:
    """True for keys that a focused editor or list may need itself: they are taken only when nobody else did."""
    if keys.startswith("F") and keys[1:].isdigit():
        return False
    return not any(modifier in keys for modifier in ("Ctrl+", "Alt+", "Meta+"))
