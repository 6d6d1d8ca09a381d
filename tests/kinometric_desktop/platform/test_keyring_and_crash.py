"""Secrets go to a real keyring or nowhere; mistakes are logged without what they were about."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from kinometric_desktop.app.ports import EnrolledKey
from kinometric_desktop.platform.crash import CrashHandler, places_only
from kinometric_desktop.platform.keyring_store import SERVICE, KeyringStore

URL = "https://kinometric.example"
KEY = EnrolledKey("d-1", bytes(range(32)))


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("none")
        del self.kept[(service, username)]


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """A keyring for one test."""
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_key_is_kept_and_forgotten(memory: MemoryKeyring) -> None:
    store = KeyringStore()
    assert store.available()
    assert store.load(URL) is None
    store.save(URL, KEY)
    assert store.load(URL) == KEY
    assert store.load("https://other.example") is None
    store.forget(URL)
    store.forget(URL)
    assert store.load(URL) is None


@pytest.mark.parametrize("stored", ["not base64!", "AAAA", "d-1 AAAA", "d-1 not-base64!"])
def test_a_spoilt_key_is_no_key(memory: MemoryKeyring, stored: str) -> None:
    memory.kept[(SERVICE, URL)] = stored
    assert KeyringStore().load(URL) is None


@pytest.mark.parametrize("backend", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_without_a_real_keyring_there_is_none(memory: MemoryKeyring, backend: type) -> None:
    keyring.set_keyring(backend())
    store = KeyringStore()
    assert not store.available()
    assert store.load(URL) is None


@pytest.fixture
def handler(qapp: object) -> Iterator[tuple[CrashHandler, list[str]]]:
    """A crash handler that is taken out again."""
    said: list[str] = []
    made = CrashHandler(said.append)
    made.install()
    yield made, said
    made.remove()


def raised(problem: Exception) -> Exception:
    try:
        raise problem
    except type(problem) as caught:
        return caught


def test_a_mistake_is_told_and_logged_without_its_message(
    handler: tuple[CrashHandler, list[str]], no_warnings_in_the_log: list[str]
) -> None:
    problem = raised(ValueError("Muestra-Canary born 04-Mar-1951"))
    sys.excepthook(ValueError, problem, problem.__traceback__)
    assert "Canary" not in "".join(handler[1])
    assert "[KW-500]" in handler[1][0]
    assert len(no_warnings_in_the_log) == 1
    assert "Canary" not in no_warnings_in_the_log[0]
    assert "test_keyring_and_crash.py" in no_warnings_in_the_log[0]
    no_warnings_in_the_log.clear()


def test_a_mistake_in_a_thread_is_logged(
    handler: tuple[CrashHandler, list[str]], no_warnings_in_the_log: list[str]
) -> None:
    def fail() -> None:
        raise KeyError("Muestra-Canary")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert len(no_warnings_in_the_log) == 1
    assert "KeyError" in no_warnings_in_the_log[0]
    assert "Canary" not in no_warnings_in_the_log[0]
    no_warnings_in_the_log.clear()


def test_removing_gives_back_what_was_there(qapp: object) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handler = CrashHandler(lambda _: None)
    handler.install()
    assert sys.excepthook is not before[0]
    handler.remove()
    handler.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_places_name_files_and_lines_and_no_values() -> None:
    problem = raised(ValueError("Muestra-Canary"))
    places = places_only(problem.__traceback__)
    assert places.startswith("test_keyring_and_crash.py:")
    assert "Canary" not in places
    assert logging.getLogger("kinometric.desktop").name == "kinometric.desktop"
