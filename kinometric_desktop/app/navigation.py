"""Which screen is shown, and how far the open patient has come on the way to the chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kinometric_desktop.app.session import WorkSession, WorkState

ScreenId = Literal[
    "sign_in", "worklist", "match", "review", "report", "uploads", "departments", "admin", "settings", "help"
]
StepId = Literal["find", "match", "review", "report", "upload"]
StepMark = Literal["done", "here", "open", "unused"]

#: The five words, their keys and the screens they lead to.
STEPS: tuple[tuple[StepId, str, str, ScreenId], ...] = (
    ("find", "Find", "F2", "worklist"),
    ("match", "Match", "F4", "match"),
    ("review", "Review", "F7", "review"),
    ("report", "Report", "F8", "report"),
    ("upload", "Upload", "F9", "report"),
)
PATIENT_SCREENS: frozenset[ScreenId] = frozenset(("match", "review", "report"))


@dataclass(frozen=True)
class Step:
    """One of the five steps as the stepper draws it."""

    step_id: StepId
    word: str
    key: str
    mark: StepMark


@dataclass(frozen=True)
class Place:
    """Where the person is: the screen, the steps, and what still blocks the next one."""

    screen: ScreenId
    steps: tuple[Step, ...] = ()
    blocked_by: str = ""


class Navigation:
    """Shows one screen at a time."""

    def __init__(self, session: WorkSession) -> None:
        self._session = session
        self._screen: ScreenId = "sign_in"
        self._came_from: ScreenId = "worklist"
        self._blocked_by = ""
        self._listeners: list[Callable[[Place], None]] = []
        session.listen(self._session_changed)

    @property
    def screen(self) -> ScreenId:
        """The screen that is shown."""
        return self._screen

    @property
    def came_from(self) -> ScreenId:
        """The screen that was shown before a side page: what help is about."""
        return "sign_in" if self._session.practice is None else self._came_from

    @property
    def place(self) -> Place:
        """Screen, steps and what blocks."""
        return Place(self._screen, self._steps(), self._blocked_by)

    def listen(self, listener: Callable[[Place], None]) -> Callable[[], None]:
        """Be told of every change of place; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def go(self, screen: ScreenId) -> bool:
        """Show a screen; False when it can't be shown now."""
        if screen in PATIENT_SCREENS and self._session.patient is None:
            return False
        if screen == "match" and self._session.standalone:
            return False
        if screen == self._screen:
            return True
        if self._screen not in ("help", "settings", "sign_in"):
            self._came_from = self._screen
        self._screen = screen
        self._blocked_by = ""
        self._tell()
        return True

    def back(self) -> bool:
        """One step back: from a patient's screen or a side page to where the person came from."""
        if self._screen in ("help", "settings"):
            return self.go(self.came_from)
        if self._screen in PATIENT_SCREENS:
            return self.go("worklist")
        return False

    def say_blocked(self, reason: str) -> None:
        """Show at the right end of the stepper what the next step still needs; "" for nothing."""
        if reason != self._blocked_by:
            self._blocked_by = reason
            self._tell()

    def next_step_for(self, patient_screen: str) -> ScreenId:
        """The screen at which a worklist row opens."""
        screens: dict[str, ScreenId] = {"match": "match", "review": "review", "report": "report", "upload": "report"}
        screen = screens.get(patient_screen, "review")
        return "review" if screen == "match" and self._session.standalone else screen

    def _steps(self) -> tuple[Step, ...]:
        patient = self._session.patient
        if patient is None:
            return ()
        standalone = self._session.standalone
        done = {"find": True, "match": patient.linked, "review": patient.reviewed, "upload": patient.filed}
        done["report"] = patient.filed
        here: StepId = {"match": "match", "review": "review", "report": "report"}.get(self._screen, "find")  # type: ignore[assignment]
        steps = []
        for step_id, word, key, _ in STEPS:
            mark: StepMark = "done" if done[step_id] else "open"
            if step_id == here:
                mark = "here"
            elif standalone and step_id in ("match", "upload"):
                mark = "unused"
            steps.append(Step(step_id, word, key, mark))
        return tuple(steps)

    def _session_changed(self, state: WorkState) -> None:
        if state.me is None or (state.practice is None and self._screen != "sign_in"):
            self._screen = "sign_in"
        elif state.patient is None and self._screen in PATIENT_SCREENS:
            self._screen = "worklist"
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            # Read anew for each: a listener may have moved on or said what blocks meanwhile.
            listener(self.place)
