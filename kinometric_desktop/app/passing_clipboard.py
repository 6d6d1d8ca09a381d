"""Copies a secret on a person's order and takes it back after a minute."""

from __future__ import annotations

from kinometric_desktop.app.ports import Clipboard, Ticket, Timer

STAYS_S = 60.0
COPIED = "Copied. It is taken off the clipboard after a minute."


class PassingClipboard:
    """A clipboard whose content passes.

    Parameters
    ----------
    clipboard : Clipboard
        The operating system's.
    timer : Timer
        Ends the minute.
    """

    def __init__(self, clipboard: Clipboard, timer: Timer) -> None:
        self._clipboard = clipboard
        self._timer = timer
        self._waiting: Ticket | None = None

    def copy(self, text: str) -> None:
        """Put a text on the clipboard for a minute."""
        self._stop()
        self._clipboard.put(text)
        self._waiting = self._timer.after(STAYS_S, self.take_back)

    def take_back(self) -> None:
        """Take it off now, for example because the person signs out; other people's texts stay."""
        if self._waiting is None:
            return
        self._stop()
        self._clipboard.take_back()

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.drop()
            self._waiting = None
