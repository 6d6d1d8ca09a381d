"""The keys of the match screen, for the registry of actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.navigation import ScreenId

if TYPE_CHECKING:
    from kinometric_desktop.app.match import MatchPresenter

ON_MATCH: frozenset[ScreenId] = frozenset(("match",))


def match_actions(current: Callable[[], MatchPresenter | None]) -> tuple[Action, ...]:
    """Return the keys of the match screen.

    Parameters
    ----------
    current : Callable
        Gives the presenter, or None before the screen was first shown.
    """

    def does(intent: Callable[[MatchPresenter], object]) -> Callable[[], object]:
        def handler() -> object:
            presenter = current()
            return intent(presenter) if presenter is not None else None

        return handler

    def holds(question: Callable[[MatchPresenter], bool]) -> Callable[[], bool]:
        def enabled() -> bool:
            presenter = current()
            return presenter is not None and question(presenter)

        return enabled

    def action(
        action_id: str,
        text: str,
        shortcut: str,
        intent: Callable[[MatchPresenter], object],
        *,
        enabled: Callable[[MatchPresenter], bool] = lambda _: True,
        offered: Callable[[MatchPresenter], bool] = lambda _: True,
        key_bar: int = 0,
        key_text: str = "",
    ) -> Action:
        return Action(
            f"match.{action_id}",
            text,
            shortcut,
            does(intent),
            holds(enabled),
            ON_MATCH,
            key_bar,
            key_text,
            "Match",
            holds(offered),
        )

    return (
        action("search", "Search", "", lambda presenter: presenter.search(), key_bar=1, key_text="Enter"),
        action(
            "candidates",
            "Candidates",
            "",
            lambda _: None,
            offered=lambda presenter: bool(presenter.state.rows),
            key_bar=2,
            key_text="↑↓",
        ),
        action(
            "next",
            "Compare other",
            "F6",
            lambda presenter: presenter.next_candidate(),
            enabled=lambda presenter: bool(presenter.state.rows),
            key_bar=3,
        ),
        action(
            "link",
            "Link",
            "Alt+Return",
            lambda presenter: presenter.link(),
            offered=lambda presenter: presenter.state.may_match and presenter.state.linked is None,
            key_bar=4,
            key_text="Alt+Enter",
        ),
        action("wider", "Search wider", "Ctrl+W", lambda presenter: presenter.search_wider()),
        action("show_year", "Show the year of birth", "Ctrl+Y", lambda presenter: presenter.show_year()),
        action(
            "undo",
            "Undo the link",
            "Ctrl+Z",
            lambda presenter: presenter.undo_link(),
            enabled=lambda presenter: presenter.state.linked is not None and presenter.state.linked.can_undo,
        ),
    )
