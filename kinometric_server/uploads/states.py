"""The states of an upload as a table: in which state which event leads where, and what a person reads of it.

An upload that athenaOne may have stored is never sent again but by a person's order, so there is no row from `sending`
or `outcome_unknown` back to `queued` but those that are written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["queued", "sending", "filed", "rejected", "outcome_unknown", "cancelled", "abandoned"]
Event = Literal[
    "claimed",
    "cancelled_by_person",
    "cancelled_by_change",
    "check_failed",
    "restored",
    "accepted",
    "refused",
    "not_stored",
    "no_answer",
    "lease_ended",
    "late_answer",
    "found_in_chart",
    "sent_again",
    "given_up",
    "mended",
]


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    before: State
    event: Event
    after: State
    why: str


TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition("queued", "claimed", "sending", "The worker checked everything again and is about to send."),
    Transition("queued", "cancelled_by_person", "cancelled", "A person took it back before it was sent."),
    Transition("queued", "cancelled_by_change", "cancelled", "The link ended, or the review was voided."),
    Transition("queued", "check_failed", "rejected", "A check failed just before sending; nothing was sent."),
    Transition("queued", "late_answer", "filed", "The answer to the try before came after all: it is in the chart."),
    Transition("queued", "restored", "outcome_unknown", "The database was restored: what was sent since is not known."),
    Transition("sending", "accepted", "filed", "athenaOne answered with a document number."),
    Transition("sending", "refused", "rejected", "athenaOne said no; nothing was stored."),
    Transition("sending", "not_stored", "queued", "athenaOne was not reached, or turned the request away unread."),
    Transition("sending", "no_answer", "outcome_unknown", "The report was on its way when the answer was lost."),
    Transition("sending", "lease_ended", "outcome_unknown", "The server stopped while it was sending."),
    Transition("outcome_unknown", "late_answer", "filed", "The answer to the same attempt came late."),
    Transition("outcome_unknown", "found_in_chart", "filed", "It was found in the chart."),
    Transition("outcome_unknown", "sent_again", "queued", "A person looked, did not find it, and ordered another try."),
    Transition("outcome_unknown", "given_up", "abandoned", "A person gave it up."),
    Transition("rejected", "mended", "queued", "A person mended what was wrong and ordered another try."),
)

STATES: Final[tuple[State, ...]] = (
    "queued",
    "sending",
    "filed",
    "rejected",
    "outcome_unknown",
    "cancelled",
    "abandoned",
)
LIVE: Final[frozenset[State]] = frozenset({"queued", "sending", "outcome_unknown"})
"""States in which a document may still come to the chart."""
FINAL: Final[frozenset[State]] = frozenset({"filed", "cancelled", "abandoned"})
KEY_FREE: Final[frozenset[State]] = frozenset({"rejected", "cancelled"})
"""States in which an upload no longer holds its business key."""

_NEXT = {(row.before, row.event): row.after for row in TRANSITIONS}


class WrongStateError(Exception):
    """An event that the table does not have for this state."""


def next_state(before: State, event: Event) -> State:
    """Return the state that `event` leads to; WrongStateError when the table has no such row."""
    try:
        return _NEXT[before, event]
    except KeyError:
        raise WrongStateError(f"{event} does not happen to an upload that is {before}") from None
