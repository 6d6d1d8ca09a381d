"""How fast athenaOne is asked: an even pace per practice, and the day's budget as athenaOne tells it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kinometric_server.athena.errors import AthenaThrottledError
from kinometric_server.athena.records import number_of
from kinometric_server.athena.transport import Answer

_LONGEST_WAIT_S = 20.0
_NO_WAIT_S = 1e-6
_DAY_S = 86400
_ASK_AGAIN_S = 60
_REMEMBERED_S = 60


class Pace:
    """Lets at most so many requests per second through, evenly; a caller waits for its turn.

    Parameters
    ----------
    clock, pause : callable
        Monotonic seconds, and how to wait.
    """

    def __init__(self, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._next: dict[tuple[str, str], float] = {}
        self._burst = 3

    def take(self, key: tuple[str, str], per_second: float) -> None:
        """Wait for a turn of ``key``; raises AthenaThrottledError if that would take too long."""
        step = 1.0 / per_second
        with self._lock:
            now = self._clock()
            turn = max(self._next.get(key, 0.0), now - self._burst * step)
            wait = turn - now
            if wait > _LONGEST_WAIT_S:
                raise AthenaThrottledError("own_pace", retry_after_s=int(wait) + 1)
            self._next[key] = turn + step
        if wait > _NO_WAIT_S:
            self._pause(wait)


class Refusals:
    """Which practices athenaOne refused lately even with a new token.

    A practice without access may be answered 401 like a token that has ended. Without this memory each of its requests
    would use up one of the few tokens that the other practices of the same credentials live on.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], float] = {}

    def note(self, key: tuple[str, str]) -> None:
        """Remember that a new token was refused as well."""
        with self._lock:
            self._last[key] = self._clock()

    def recent(self, key: tuple[str, str]) -> bool:
        """Whether that was within the last minute."""
        with self._lock:
            return self._clock() - self._last.get(key, float("-inf")) < _REMEMBERED_S


class DailyBudget:
    """What athenaOne says is left of a client's requests today; it begins anew at midnight GMT."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, int]] = {}

    def note(self, key: str, answer: Answer) -> None:
        """Remember the count that an answer carries."""
        left = number_of(answer.headers.get("x-ratelimit-remaining", ""))
        if left is not None:
            with self._lock:
                self._left[key] = (self._clock(), left)

    def left(self, key: str) -> int | None:
        """Requests left today; None when athenaOne has not said so today."""
        with self._lock:
            told_at, left = self._left.get(key, (-1.0, 0))
        return left if told_at // _DAY_S == self._clock() // _DAY_S else None

    def check(self, key: str) -> None:
        """Raise AthenaThrottledError when athenaOne said within the last minute that nothing is left today."""
        with self._lock:
            told_at, left = self._left.get(key, (-1.0, 1))
        if left == 0 and self._clock() - told_at < _ASK_AGAIN_S and self.left(key) == 0:
            until_midnight = _DAY_S - int(self._clock()) % _DAY_S
            raise AthenaThrottledError(
                "daily_limit",
                sentence="Today's requests to athenaOne are used up; they begin anew at midnight GMT.",
                retry_after_s=until_midnight,
            )
