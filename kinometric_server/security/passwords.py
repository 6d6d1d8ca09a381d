"""Hash and check passwords, and say whether a new one is good enough."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import bcrypt

from kinometric_server.errors import BadInputError, ThrottledError
from kinometric_server.security.common_passwords import common_passwords
from kinometric_server.security.sealing import KeyRing, Purpose

MARK = "k1$"
MIN_LENGTH = 8
MAX_LENGTH = 256
_NOBODYS_HASH = "KinometricNobodysSaltO" + "KinometricNobodysHashKinometri."
"""Salt and hash in bcrypt's form that no password is known for; checking it costs what checking a real one does."""
WORKING, WAITING = 2, 16


class _Turns:
    """Lets few compute at once and few wait, so that sign-ins leave cores and threads to the others."""

    def __init__(self, working: int, waiting: int) -> None:
        self._turn = threading.BoundedSemaphore(working)
        self._room = threading.BoundedSemaphore(working + waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn; ThrottledError when too many wait already."""
        if not self._room.acquire(blocking=False):
            raise ThrottledError(2, "Very many people are signing in just now. Try again in a moment.")
        try:
            with self._turn:
                yield
        finally:
            self._room.release()


_TURNS = _Turns(WORKING, WAITING)


class Passwords:
    """bcrypt over a keyed pre-hash: bcrypt reads 72 bytes at most, and a stolen table alone can't be searched.

    Parameters
    ----------
    keys : KeyRing
        Holds the pepper.
    cost : int
        bcrypt's cost; 10 or more in use.
    """

    def __init__(self, keys: KeyRing, cost: int = 12) -> None:
        self._keys = keys
        self._cost = cost
        self._ahead: dict[str, str] = {}

    def hash(self, password: str) -> str:
        """Return what the database keeps of a password."""
        if password in self._ahead:
            return self._ahead.pop(password)
        with _TURNS.taken():
            return MARK + bcrypt.hashpw(self._prehash(password), bcrypt.gensalt(self._cost)).decode()

    def hash_ahead(self, password: str) -> None:
        """Hash a password before a transaction is opened in which ``hash`` will be asked for it; that takes long."""
        if MIN_LENGTH <= len(password) <= MAX_LENGTH:
            self._ahead[password] = self.hash(password)

    def verify(self, password: str, stored: str | None) -> bool:
        """Check a password; without a stored hash the same work is done, so that time doesn't tell who exists.

        Hashes that PHP made (``$2y$``) are checked as PHP did, over the password's first 72 bytes. One of a lower cost
        is followed by as much work as is missing to the present cost.
        """
        with _TURNS.taken():
            if stored is not None and stored.startswith(MARK):
                return self._check(self._prehash(password), stored[len(MARK) :])
            if stored is not None and stored.startswith(("$2y$", "$2b$", "$2a$")):
                return self._check(password.encode()[:72], "$2b$" + stored[4:])
            self._spend(self._cost)
            return False

    def _spend(self, *costs: int) -> None:
        """Do the work of checking a hash of each of ``costs``."""
        for cost in costs:
            bcrypt.checkpw(b"nobody's password", f"$2b${cost:02d}${_NOBODYS_HASH}".encode())

    def outdated(self, stored: str) -> bool:
        """Say whether a hash that has just been verified should be made anew."""
        return not stored.startswith(f"{MARK}$2b${self._cost:02d}$")

    def _prehash(self, password: str) -> bytes:
        return base64.b64encode(bytes.fromhex(self._keys.keyed_hash(Purpose.PEPPER, password.encode())))

    def _check(self, password: bytes, stored: str) -> bool:
        """Check a hash in bcrypt's form; the work is that of the present cost whatever the hash is like."""
        cost = int(stored[4:6]) if stored[4:6].isdigit() else 0
        try:
            right = bcrypt.checkpw(password.replace(b"\0", b"\xff"), stored.encode()) and b"\0" not in password
        except ValueError:
            self._spend(self._cost)
            return False
        self._spend(*range(cost, self._cost))
        return right


def check_new_password(password: str, username: str) -> None:
    """Refuse a new password that breaks the rule: 8 characters, upper, lower, number, not the user name, uncommon.

    Raises
    ------
    BadInputError
        With the sentence that says what is missing.
    """
    if len(password) < MIN_LENGTH:
        raise BadInputError(f"The password needs at least {MIN_LENGTH} characters.")
    if len(password) > MAX_LENGTH:
        raise BadInputError(f"The password can have {MAX_LENGTH} characters at most.")
    if not (any(c.isupper() for c in password) and any(c.islower() for c in password)):
        raise BadInputError("The password needs an upper-case and a lower-case letter.")
    if not any(c.isdigit() for c in password):
        raise BadInputError("The password needs a number.")
    if password.casefold() == username.casefold():
        raise BadInputError("The password must not be the user name.")
    if _is_common(password):
        raise BadInputError("This password is one of the most common ones. Choose another.")


def _is_common(password: str) -> bool:
    plain = password.casefold()
    if len(set(plain)) <= 3:
        return True
    halves = len(plain) // 2
    return plain in common_passwords() or (plain[:halves] == plain[halves:] and plain[:halves] in common_passwords())
