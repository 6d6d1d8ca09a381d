"""Turns what went wrong into words for people, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric.contract.errors import SIGNED_OUT, TOO_MANY_TRIES
from kinometric_desktop.client.errors import ServerError, Unreachable

Severity = Literal["info", "caution", "warn", "stop"]

SESSION_ENDED = "Your session had ended, so nothing was changed and nothing was sent. Sign in, then do this once more."
UNREACHABLE = "Can't reach the Kinometric server. Nothing was sent to athenaOne. Check the network, then press F5."

STILL_HERE = "Can't reach the Kinometric server. What you typed is still here. Check the network, then try again."


@dataclass(frozen=True)
class Problem:
    """A sentence that says what happened, what it means and what to do, with a code for those who are asked."""

    sentence: str
    code: str = ""
    severity: Severity = "stop"
    retry_after_s: float | None = None
    offline: bool = False


def line_of(problem: Problem | None) -> str:
    """A problem as one line, with its code where it has one; "" for none."""
    if problem is None:
        return ""
    return f"{problem.sentence} [{problem.code}]" if problem.code else problem.sentence


def words_for(problem: Exception, *, typed: bool = False) -> Problem:
    """Say what went wrong.

    Parameters
    ----------
    problem : Exception
        What a piece of work raised.
    typed : bool
        True where a form stays open, in which no key reads anything again.

    Returns
    -------
    Problem
        Words for people.

    Raises
    ------
    Exception
        The problem itself where it is not one that the server or the line can cause: then it is a mistake in the
        program and belongs to the crash handler.
    """
    if isinstance(problem, Unreachable):
        return Problem(STILL_HERE if typed else UNREACHABLE, "KW-101", "warn", offline=True)
    if isinstance(problem, ServerError) and problem.code == SIGNED_OUT:
        return Problem(SESSION_ENDED, SIGNED_OUT, "caution")
    if isinstance(problem, ServerError):
        waiting = "" if problem.retry_after_s is None else f" Wait {countdown(problem.retry_after_s)}."
        if problem.code == TOO_MANY_TRIES and waiting:
            return Problem(f"Too many tries.{waiting}", problem.code, "caution", problem.retry_after_s)
        sentence = problem.message or "The server could not do that."
        severity: Severity = "caution" if problem.retry_after_s is not None else "stop"
        return Problem(sentence + waiting, problem.code, severity, problem.retry_after_s)
    raise problem


def countdown(seconds: float) -> str:
    """Write a waiting time as minutes and seconds, rounded up: ``0:45``."""
    whole = max(0, int(seconds + 0.999))
    return f"{whole // 60}:{whole % 60:02d}"
