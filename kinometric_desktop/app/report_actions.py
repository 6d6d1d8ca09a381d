"""The keys of the report screen, for the registry of actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.navigation import ScreenId

if TYPE_CHECKING:
    from kinometric_desktop.app.upload import ReportPresenter

ON_REPORT: frozenset[ScreenId] = frozenset(("report",))


def report_actions(current: Callable[[], ReportPresenter | None]) -> tuple[Action, ...]:
    """Return the keys of the report screen.

    Parameters
    ----------
    current : Callable
        Gives the presenter, or None before the screen was first shown.
    """

    def action(
        action_id: str,
        text: str,
        shortcut: str,
        intent: Callable[[ReportPresenter], object],
        *,
        enabled: Callable[[ReportPresenter], bool] = lambda _: True,
        offered: Callable[[ReportPresenter], bool] = lambda _: True,
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
            f"report.{action_id}", text, shortcut, handler, possible, ON_REPORT, key_bar, key_text, "Report", shown
        )

    return (
        action(
            "upload",
            "Upload…",
            "F9",
            lambda presenter: presenter.ask_to_upload(),
            offered=lambda presenter: presenter.state.may_upload,
            key_bar=1,
        ),
        action("print", "Print", "Ctrl+P", lambda presenter: presenter.print_report(), key_bar=2),
        action("page", "Page", "", lambda _: None, key_bar=3, key_text="PgUp PgDn"),
        action("save", "Save as file…", "Ctrl+S", lambda presenter: presenter.save_report()),
        action("refresh", "Make it again", "F5", lambda presenter: presenter.refresh()),
    )
