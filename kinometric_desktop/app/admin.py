"""Administration: which part of it is shown, and where the person stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.session import WorkSession

TabId = Literal["users", "practice", "scope", "audit"]
TABS: tuple[tuple[TabId, str], ...] = (
    ("users", "Users"),
    ("practice", "Practice"),
    ("scope", "Scope sheet"),
    ("audit", "Audit"),
)


@dataclass(frozen=True)
class AdminState:
    """What the head of the screen shows."""

    tab: TabId = "users"
    practice_name: str = ""
    entered_as_superadmin: bool = False


class AdminPresenter(Presenter[AdminState]):
    """Remembers the tab; each part has a presenter of its own."""

    def __init__(self, session: WorkSession, runner: TaskRunner) -> None:
        super().__init__(AdminState(), runner)
        self._session = session

    def enter(self) -> None:
        """The screen is shown."""
        practice = self._session.practice
        self._change(
            practice_name=practice.practice_name if practice else "",
            entered_as_superadmin=bool(self._session.state.entered_reason),
        )

    def choose_tab(self, tab: TabId) -> None:
        """Show another part."""
        self._change(tab=tab)
