"""One registry of actions: menus, shortcuts, the key bar and the key list are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kinometric_desktop.app.navigation import ScreenId

Group = str


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """Something a person can do with one key.

    Parameters
    ----------
    action_id : str
        Stable name, ``"worklist.refresh"``.
    text : str
        What it does, in the words of its button.
    shortcut : str
        Qt's portable key text, ``"Ctrl+F"``, ``"F5"``; "" for none. A single letter works only while no editor has
        the focus.
    handler : Callable
        What happens.
    enabled : Callable
        True when it can be done now.
    screens : frozenset
        The screens it belongs to; empty for all.
    key_bar : int
        Place in the key bar of these screens, counted from 1; 0 for not shown.
    key_text : str
        How the key bar and the key list write the keys where that is not the shortcut ("↑↓").
    group : str
        Heading in the key list.
    offered : Callable
        False leaves it out of the key bar, though its key still says why it can't be done.
    """

    action_id: str
    text: str
    shortcut: str
    handler: Callable[[], object]
    enabled: Callable[[], bool] = _always
    screens: frozenset[ScreenId] = frozenset()
    key_bar: int = 0
    key_text: str = ""
    group: Group = "Everywhere"
    offered: Callable[[], bool] = _always

    @property
    def keys(self) -> str:
        """The keys as people read them."""
        return self.key_text or self.shortcut


class ShortcutTakenError(Exception):
    """Two actions of one screen want the same key."""


class ActionRegistry:
    """All actions of the workstation."""

    def __init__(self) -> None:
        self._actions: dict[str, Action] = {}
        self._listeners: list[Callable[[], None]] = []

    def add(self, action: Action) -> None:
        """Add an action.

        Raises
        ------
        ShortcutTakenError
            When an action of one of the same screens has the key already. A screen's own action takes the key of
            one that all screens have.
        """
        for other in self._actions.values():
            if action.shortcut and other.shortcut == action.shortcut and other.action_id != action.action_id:
                both_everywhere = not action.screens and not other.screens
                if both_everywhere or action.screens & other.screens:
                    raise ShortcutTakenError(f"{action.shortcut}: {other.action_id} and {action.action_id}")
        self._actions[action.action_id] = action
        for listener in tuple(self._listeners):
            listener()

    def add_all(self, actions: Iterable[Action]) -> None:
        """Add several actions."""
        for action in actions:
            self.add(action)

    def listen(self, listener: Callable[[], None]) -> None:
        """Be told when actions are added."""
        self._listeners.append(listener)

    def get(self, action_id: str) -> Action:
        """The action of this name."""
        return self._actions[action_id]

    def all(self) -> tuple[Action, ...]:
        """All actions in the order they were added."""
        return tuple(self._actions.values())

    def on_screen(self, screen: ScreenId) -> tuple[Action, ...]:
        """The actions that a screen has: its own, and those of all screens whose key it does not use itself now."""
        own = [action for action in self._actions.values() if screen in action.screens]
        taken = {action.shortcut for action in own if action.shortcut and action.enabled()}
        shared = [one for one in self._actions.values() if not one.screens and one.shortcut not in taken]
        return (*own, *shared)

    def key_bar(self, screen: ScreenId) -> tuple[Action, ...]:
        """The actions in a screen's key bar that can be done now, in order."""
        shown = [
            action for action in self.on_screen(screen) if action.key_bar and action.enabled() and action.offered()
        ]
        return tuple(sorted(shown, key=lambda action: action.key_bar))

    def trigger(self, action_id: str) -> bool:
        """Do it if it can be done now."""
        action = self._actions[action_id]
        if not action.enabled():
            return False
        action.handler()
        return True
