"""The keys of the review screen, for the registry of actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.navigation import ScreenId
from kinometric_desktop.app.review_state import STANCES

if TYPE_CHECKING:
    from kinometric.contract.sessions import Stance
    from kinometric_desktop.app.review import ReviewPresenter

ON_REVIEW: frozenset[ScreenId] = frozenset(("review",))


def review_actions(current: Callable[[], ReviewPresenter | None]) -> tuple[Action, ...]:
    """Return the keys of the review screen.

    Parameters
    ----------
    current : Callable
        Gives the presenter, or None before the screen was first shown.
    """

    def action(
        action_id: str,
        text: str,
        shortcut: str,
        intent: Callable[[ReviewPresenter], object],
        *,
        enabled: Callable[[ReviewPresenter], bool] = _ready,
        offered: Callable[[ReviewPresenter], bool] = lambda _: True,
        key_bar: int = 0,
        key_text: str = "",
    ) -> Action:
        def handler() -> object:
            presenter = current()
            return intent(presenter) if presenter is not None else None

        def possible() -> bool:
            presenter = current()
            return presenter is not None and enabled(presenter)

        def shown() -> bool:
            presenter = current()
            return presenter is not None and offered(presenter)

        return Action(
            f"review.{action_id}", text, shortcut, handler, possible, ON_REVIEW, key_bar, key_text, "Review", shown
        )

    stances = tuple(
        action(
            f"stance_{place}",
            "Stance" if place == 1 else f"Stance {place}",
            str(place),
            lambda presenter, stance=stance: _focus(presenter, stance),  # type: ignore[misc]
            key_bar=1 if place == 1 else 0,
            key_text="1–4" if place == 1 else "",
        )
        for place, stance in enumerate(STANCES, 1)
    )
    return (
        *stances,
        action(
            "enlarge",
            "Enlarge",
            "Return",
            lambda presenter: presenter.enlarge(),
            offered=_not_enlarged,
            key_bar=2,
            key_text="Enter",
        ),
        action("compare", "Compare", "C", lambda presenter: presenter.compare(), key_bar=3),
        action("table", "Table", "T", lambda presenter: presenter.show_table(), key_bar=4),
        action("confirm", "Confirm holds", "H", _confirm, offered=_holds_wait, key_bar=5),
        action("down", "Down at…", "D", lambda presenter: presenter.ask_hold(), offered=_may_review, key_bar=6),
        action("outcome", "Outcome…", "O", lambda presenter: presenter.ask_outcome()),
        action("note", "Note", "N", lambda presenter: presenter.ask_note(), key_bar=7),
        action(
            "stamp",
            "Reviewed",
            "Ctrl+Return",
            lambda presenter: presenter.mark_reviewed(),
            offered=_not_stamped,
            key_bar=8,
            key_text="Ctrl+Enter",
        ),
        action("answers", "Questionnaires", "Q", lambda presenter: presenter.ask_answers()),
        action("add", "Add recording…", "A", lambda presenter: presenter.add_recording(), enabled=lambda _: True),
        action("refresh", "Refresh", "F5", lambda presenter: presenter.refresh(), enabled=lambda _: True),
        action(
            "all_four",
            "All four",
            "Esc",
            lambda presenter: presenter.enlarge(False),
            enabled=lambda presenter: presenter.state.enlarged,
        ),
    )


def _ready(presenter: ReviewPresenter) -> bool:
    return presenter.state.phase == "ready"


def _not_enlarged(presenter: ReviewPresenter) -> bool:
    return not presenter.state.enlarged


def _holds_wait(presenter: ReviewPresenter) -> bool:
    return _may_review(presenter) and presenter.state.stamp.holds_to_confirm > 0


def _not_stamped(presenter: ReviewPresenter) -> bool:
    return _may_review(presenter) and not presenter.state.stamp.stamped


def _may_review(presenter: ReviewPresenter) -> bool:
    return presenter.state.may_review


def _focus(presenter: ReviewPresenter, stance: Stance) -> None:
    presenter.focus(stance)


def _confirm(presenter: ReviewPresenter) -> None:
    if presenter.state.enlarged:
        presenter.confirm_shown()
    else:
        presenter.confirm_plausible()
