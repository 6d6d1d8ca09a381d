"""Everything outside the presenters, as ports: work on other threads, time, dialogs, settings, printer, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")
Lane = Literal["network", "compute"]


class Ticket(Protocol):
    """One piece of work that was handed to a runner."""

    def drop(self) -> None:
        """Never deliver the result; work that has not started is not started."""


class TaskRunner(Protocol):
    """Runs work away from the window's thread and brings the result back to it."""

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
        *,
        lane: Lane = "network",
    ) -> Ticket:
        """Run ``work`` on a lane; call ``on_done`` or ``on_error`` on the window's thread unless dropped."""


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment in UTC, with its zone."""

    def monotonic_s(self) -> float:
        """Seconds of a clock that never goes back and goes on while the computer sleeps."""


class Timer(Protocol):
    """Calls something later on the window's thread."""

    def after(self, delay_s: float, call: Callable[[], None]) -> Ticket:
        """Call once after ``delay_s`` seconds."""

    def every(self, interval_s: float, call: Callable[[], None]) -> Ticket:
        """Call again and again until the ticket is dropped."""


@dataclass(frozen=True)
class Question:
    """A question in a dialog: opened, never run in a nested loop.

    ``name`` becomes the dialog's objectName. ``action`` says the effect ("Stop Eastside PT"), never OK or Yes. With
    ``asks_for`` a text field of that label is shown and the action stays off until it has ``needs_characters``;
    ``typed`` stands in it at first.
    """

    name: str
    title: str
    body: str
    action: str
    cancel: str = "Cancel"
    facts: tuple[tuple[str, str], ...] = ()
    asks_for: str = ""
    needs_characters: int = 0
    typed: str = ""
    statement: str = ""
    dangerous: bool = False


@dataclass(frozen=True)
class Answer:
    """What a person answered: whether the action was chosen, and the text that was typed."""

    accepted: bool
    text: str = ""


class Dialogs(Protocol):
    """Questions to the person at the workstation."""

    def ask(self, question: Question, on_answer: Callable[[Answer], None]) -> None:
        """Open a question; the answer comes later, exactly once."""


Appearance = Literal["system", "light", "dark", "high-contrast"]


@dataclass(frozen=True)
class WorkstationSettings:
    """What the workstation keeps between two starts: nothing about patients, nothing secret."""

    server_url: str = ""
    last_user: str = ""
    appearance: Appearance = "system"
    text_percent: int = 100
    reduced_motion: bool = False


class Settings(Protocol):
    """Where :class:`WorkstationSettings` are kept."""

    def load(self) -> WorkstationSettings:
        """Read the settings; a missing or unreadable value has its default."""

    def save(self, settings: WorkstationSettings) -> None:
        """Write the settings."""


class Printer(Protocol):
    """Prints the bytes of a PDF."""

    def print_pdf(self, pdf: bytes, on_done: Callable[[bool], None], on_error: Callable[[str], None]) -> None:
        """Ask for a printer and print; ``on_done(False)`` when the person thinks better of it."""

    def print_lines(
        self, title: str, lines: tuple[str, ...], on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        """Print a heading and lines below it, made in memory; the print job's name says neither."""


class Clipboard(Protocol):
    """The operating system's clipboard, for texts that must not stay there."""

    def put(self, text: str) -> None:
        """Put a text there, marked so that clipboard histories leave it alone."""

    def take_back(self) -> None:
        """Empty the clipboard if it still holds what was put there last."""


@dataclass(frozen=True)
class ChosenFile:
    """A file that a person chose, read into memory. ``name`` has no folder."""

    name: str
    content: bytes


class FileChooser(Protocol):
    """Opens and saves files that a person points at."""

    def open_recording(self, on_chosen: Callable[[ChosenFile | None], None], on_error: Callable[[str], None]) -> None:
        """Ask for a recording (at most 10 MB) and read it."""

    def save_pdf(
        self, pdf: bytes, suggested_name: str, on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        """Ask where to save a PDF and write it. The suggested name holds no patient's name."""


@dataclass(frozen=True, repr=False)
class EnrolledKey:
    """This computer's key for one person on one server."""

    device_id: str
    seed: bytes

    @property
    def waits(self) -> bool:
        """True while an administrator has yet to enrol it: its public key stands in the place of an id."""
        return len(self.device_id) == 64


class DeviceKeys(Protocol):
    """Holds this computer's signing keys in the operating system's keyring; slow, so use it on a runner's lane."""

    def available(self) -> bool:
        """True when the operating system has a keyring that keeps secrets."""

    def load(self, account: str) -> EnrolledKey | None:
        """The key of an account (server and person), or None before enrolment."""

    def save(self, account: str, key: EnrolledKey) -> None:
        """Keep the key of an account."""

    def forget(self, account: str) -> None:
        """Remove the key of an account."""
