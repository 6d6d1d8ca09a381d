"""Hash and check passwords, and say whether a new one is good enough."""

from __future__ import annotations

import base64
import threading

import bcrypt

from kinometric_server.errors import BadInputError
from kinometric_server.security.common_passwords import common_passwords
from kinometric_server.security.sealing import KeyRing, Purpose

MARK = "k1$"
MIN_LENGTH = 8
MAX_LENGTH = 256
_NOBODYS_HASH = "KinometricNobodysSaltO" + "KinometricNobodysHashKinometri."
"""Salt and hash in bcrypt's form that no password is known for; checking it costs what checking a real one does."""
_AT_ONCE = threading.BoundedSemaphore(2)


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

    def hash(self, password: str) -> str:
        """Return what the database keeps of a password."""
        with _AT_ONCE:
            return MARK + bcrypt.hashpw(self._prehash(password), bcrypt.gensalt(self._cost)).decode()

    def verify(self, password: str, stored: str | None) -> bool:
        """Check a password; without a stored hash the same work is done, so that time doesn't tell who exists.

        Hashes that PHP made (``$2y$``) are checked as PHP did, over the password's first 72 bytes.
        """
        if stored is None:
            self._check(self._prehash(password), f"$2b${self._cost:02d}${_NOBODYS_HASH}")
            return False
        if stored.startswith(MARK):
            return self._check(self._prehash(password), stored[len(MARK) :])
        if stored.startswith(("$2y$", "$2b$", "$2a$")):
            return self._check(password.encode()[:72], "$2b$" + stored[4:])
        self.verify(password, None)
        return False

    def outdated(self, stored: str) -> bool:
        """Say whether a hash that has just been verified should be made anew."""
        return not stored.startswith(f"{MARK}$2b${self._cost:02d}$")

    def _prehash(self, password: str) -> bytes:
        return base64.b64encode(bytes.fromhex(self._keys.keyed_hash(Purpose.PEPPER, password.encode())))

    @staticmethod
    def _check(password: bytes, stored: str) -> bool:
        if b"\0" in password:
            return False
        with _AT_ONCE:
            try:
                return bcrypt.checkpw(password, stored.encode())
            except ValueError:
                return False


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
