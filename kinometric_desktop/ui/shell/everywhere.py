"""The actions that every screen has: places, find, lock, text size, key list, help."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.lock import LockPresenter
from kinometric_desktop.app.navigation import ScreenId
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.theme.look import STEP_PERCENT

if TYPE_CHECKING:
    from kinometric_desktop.ui.shell.shell import Shell


def set_text_percent(work: Workplace, percent: int) -> None:
    """Change the text size and remember it."""
    look().set(percent=percent)
    stored = work.settings.load()
    work.settings.save(dataclasses.replace(stored, text_percent=look().percent))


def everywhere_actions(work: Workplace, lock: LockPresenter, shell: Callable[[], Shell]) -> tuple[Action, ...]:
    """The actions of all screens."""

    def go(screen: ScreenId) -> Callable[[], object]:
        return lambda: work.navigation.go(screen)

    def with_patient() -> bool:
        return work.session.patient is not None

    def with_session() -> bool:
        return work.session.patient is not None and bool(work.session.patient.session_id)

    def may_match() -> bool:
        return with_patient() and not work.session.standalone

    def find() -> None:
        from kinometric_desktop.ui.worklist.find_sheet import open_find

        open_find(work, shell())

    def keys() -> None:
        from kinometric_desktop.ui.help.key_list import open_key_list

        open_key_list(work, shell())

    def practice() -> None:
        from kinometric_desktop.ui.sign_in.practice_sheet import open_practice_switch

        open_practice_switch(work, shell())

    def account() -> None:
        from kinometric_desktop.ui.account.sheet import open_account

        open_account(work)

    def larger(step: int) -> Callable[[], object]:
        return lambda: set_text_percent(work, look().percent + step)

    places = "Places"
    window = "Window"
    return (
        Action("worklist", "Worklist", "F2", go("worklist"), group=places),
        Action("find", "Find patient", "Ctrl+F", find, group=places),
        Action("find_f3", "Find patient", "F3", find, group=places),
        Action("match", "Match", "F4", go("match"), enabled=may_match, group=places),
        Action("review", "Review", "F7", go("review"), enabled=with_session, group=places),
        Action("report", "Report", "F8", go("report"), enabled=with_session, group=places),
        Action("place_worklist", "Worklist", "Ctrl+1", go("worklist"), group=places),
        Action("place_patient", "Patient", "Ctrl+2", go("review"), enabled=with_session, group=places),
        Action("place_uploads", "Uploads", "Ctrl+3", go("uploads"), group=places),
        Action("place_departments", "Departments", "Ctrl+4", go("departments"), group=places),
        Action(
            "place_admin", "Admin", "Ctrl+5", go("admin"), enabled=lambda: work.session.may_administer, group=places
        ),
        Action("practice", "Switch practice or department", "Ctrl+Shift+P", practice, group=places),
        Action("back", "Back one step", "Esc", work.navigation.back, group=places),
        Action("account", "Your account", "Ctrl+Shift+A", account, group=window),
        Action("settings", "Settings", "Ctrl+,", go("settings"), group=window),
        Action("lock", "Lock", "Ctrl+L", lock.lock_now, group=window),
        Action("sign_out", "Sign out", "Ctrl+Shift+Q", work.session.sign_out, group=window),
        Action("keys", "Key list", "Ctrl+/", keys, group=window),
        Action("larger", "Larger text", "Ctrl+=", larger(STEP_PERCENT), group=window),
        Action("larger_plus", "Larger text", "Ctrl++", larger(STEP_PERCENT), group=window),
        Action("smaller", "Smaller text", "Ctrl+-", larger(-STEP_PERCENT), group=window),
        Action("help", "Help", "F1", go("help"), group=window, key_bar=99),
    )
