"""What was typed into a question stands there when it is asked again, until the server has taken it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from kinometric_desktop.app.ports import Answer, Dialogs, Question


class TypedReasons:
    """Asks questions for a presenter and keeps the text of those that are not settled, in memory only.

    Parameters
    ----------
    dialogs : Dialogs
        Where questions are asked.
    """

    def __init__(self, dialogs: Dialogs) -> None:
        self._dialogs = dialogs
        self._kept: dict[tuple[str, str], str] = {}

    def ask(self, question: Question, about: str, on_yes: Callable[[Answer], None]) -> None:
        """Ask; ``about`` is the id of what it is about, so that no text ever stands at another patient's question."""
        place = (question.name, about)

        def answered(answer: Answer) -> None:
            self._kept[place] = answer.text
            if answer.accepted:
                on_yes(answer)

        self._dialogs.ask(dataclasses.replace(question, typed=self._kept.get(place, "")), answered)

    def settled(self) -> None:
        """The server has taken an order: nothing that was typed is needed any more."""
        self._kept.clear()
