"""Asks before a form that nobody has saved is thrown away, by closing the window or by another person's sign-in."""

from __future__ import annotations

from collections.abc import Callable

from kinometric_desktop.app.ports import Answer, Question
from kinometric_desktop.ui.widgets.dialog import WindowDialogs


class Leaving:
    """Knows by the open and put-aside sheets whether something typed would be lost.

    Parameters
    ----------
    dialogs : WindowDialogs
        Its sheets are looked at, and the question is shown over them, or over the locked screen.
    """

    def __init__(self, dialogs: WindowDialogs) -> None:
        self._dialogs = dialogs
        self._asked = False
        self._agreed = False

    def may_close(self, close: Callable[[], object]) -> bool:
        """True when nothing would be lost; else a question is opened, and ``close`` is called if that is wanted."""
        if self._agreed or not self._dialogs.unsaved:
            return True

        def agreed() -> None:
            self._agreed = True
            close()

        self._ask("shell.close", "Close Kinometric without saving?", "Close without saving", agreed)
        return False

    def start_over(self, then: Callable[[], object]) -> None:
        """Call ``then``, which forgets everything that is open; first ask where something would be lost."""
        if self._dialogs.unsaved:
            self._ask("lock.other", "Sign in as someone else without saving?", "Go on without saving", then)
        else:
            then()

    def _ask(self, name: str, title: str, action: str, then: Callable[[], object]) -> None:
        if self._asked:
            return
        self._asked = True
        forms = ", ".join(f"“{title}”" for title in self._dialogs.unsaved)
        body = f"{forms} holds what you typed and nobody has saved. It would be lost."
        question = Question(name, title, body, action, cancel="Keep it", dangerous=True)

        def answered(answer: Answer) -> None:
            self._asked = False
            if answer.accepted:
                then()

        self._dialogs.ask(question, answered, while_locked=True)
