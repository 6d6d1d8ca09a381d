"""The installation's keys and the sealing of what must not lie open in the database."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

_FORM = b"KS1"
_ID_BYTES = 6
_FILE = re.compile(r"^(?P<purpose>[a-z_]+)-(?P<number>\d{4})-(?P<key_id>[0-9a-f]{12})\.key$")


class Purpose(StrEnum):
    """What a key is for; no key serves two purposes."""

    ATHENA_SECRETS = "athena_secrets"
    UPLOAD_BLOBS = "upload_blobs"
    PATIENT_CONTENT = "patient_content"
    AUDIT = "audit"
    PEPPER = "pepper"


class KeyRingError(RuntimeError):
    """A key is missing, unreadable, open to others, or not the one that sealed this."""


@dataclass(frozen=True, slots=True)
class Key:
    """One secret of 32 bytes with the id that ciphertexts carry."""

    purpose: Purpose
    number: int
    key_id: str
    secret: bytes

    @property
    def check(self) -> str:
        """A value by which the database recognises this key without holding it."""
        return hmac.new(self.secret, b"kinometric key check", hashlib.sha256).hexdigest()


def _key_id(secret: bytes) -> str:
    return hashlib.sha256(b"kinometric key id" + secret).hexdigest()[: 2 * _ID_BYTES]


class KeyRing:
    """All keys of an installation; the highest number of each purpose seals, the others still open."""

    def __init__(self, keys: Mapping[str, Key]) -> None:
        self._by_id = dict(keys)

    @classmethod
    def load(cls, folder: Path) -> KeyRing:
        """Read the key files of ``folder``.

        Raises
        ------
        KeyRingError
            If a file is damaged, or readable by everybody, or a purpose has no key.
        """
        keys: dict[str, Key] = {}
        for path in sorted(folder.glob("*.key")) if folder.is_dir() else []:
            match = _FILE.match(path.name)
            if match is None or match["purpose"] not in set(Purpose):
                raise KeyRingError(f"{path.name} in the key folder is not a key file of Kinometric.")
            if sys.platform != "win32" and path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
                raise KeyRingError(f"The key file {path.name} is open to others; set its mode to 0640 or 0600.")
            try:
                secret = bytes.fromhex(path.read_text("ascii").strip())
            except ValueError as error:
                raise KeyRingError(f"The key file {path.name} is damaged.") from error
            if len(secret) != SecretBox.KEY_SIZE or _key_id(secret) != match["key_id"]:
                raise KeyRingError(f"The key file {path.name} is damaged.")
            keys[match["key_id"]] = Key(Purpose(match["purpose"]), int(match["number"]), match["key_id"], secret)
        missing = sorted(set(Purpose) - {key.purpose for key in keys.values()})
        if missing:
            raise KeyRingError(
                f"The key for {missing[0]} is missing from the key folder; nothing is started without it."
            )
        return cls(keys)

    @classmethod
    def create(cls, folder: Path) -> KeyRing:
        """Make one key per purpose in an empty ``folder``; existing keys are never replaced."""
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        if any(folder.glob("*.key")):
            raise KeyRingError("The key folder already holds keys.")
        for purpose in Purpose:
            write_key(folder, purpose, 1)
        return cls.load(folder)

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys, in order of purpose and number."""
        return tuple(sorted(self._by_id.values(), key=lambda key: (key.purpose, key.number)))

    def current(self, purpose: Purpose) -> Key:
        """Return the key that seals for ``purpose`` now."""
        return max((key for key in self._by_id.values() if key.purpose == purpose), key=lambda key: key.number)

    def by_id(self, key_id: str) -> Key:
        """Return one key by the id that ciphertexts carry; KeyRingError when it isn't there."""
        try:
            return self._by_id[key_id]
        except KeyError:
            raise KeyRingError(f"The key {key_id} is missing from the key folder.") from None

    def seal(self, purpose: Purpose, *, practice_id: str, table: str, row: str, field: str, content: bytes) -> bytes:
        """Seal ``content`` for one field of one row.

        SecretBox binds no context, so the place is sealed in with the content and compared when it is opened.
        """
        key = self.current(purpose)
        place = _place(practice_id, table, row, field)
        box = SecretBox(key.secret).encrypt(len(place).to_bytes(2, "big") + place + content)
        return _FORM + bytes.fromhex(key.key_id) + bytes(box)

    def open(self, purpose: Purpose, sealed: bytes, *, practice_id: str, table: str, row: str, field: str) -> bytes:
        """Open what ``seal`` made for this very place; KeyRingError for anything else."""
        head = len(_FORM) + _ID_BYTES
        if sealed[: len(_FORM)] != _FORM or len(sealed) <= head:
            raise KeyRingError("This isn't a sealed value.")
        key = self.by_id(sealed[len(_FORM) : head].hex())
        if key.purpose != purpose:
            raise KeyRingError("This value was sealed for another purpose.")
        try:
            plain = SecretBox(key.secret).decrypt(sealed[head:])
        except CryptoError:
            raise KeyRingError("A sealed value was changed.") from None
        length = int.from_bytes(plain[:2], "big")
        if plain[2 : 2 + length] != _place(practice_id, table, row, field):
            raise KeyRingError("A sealed value was moved from another place.")
        return plain[2 + length :]

    def keyed_hash(self, purpose: Purpose, content: bytes) -> str:
        """Return the HMAC-SHA256 of ``content`` under the first key of ``purpose``, which rotation doesn't change."""
        first = min((key for key in self._by_id.values() if key.purpose == purpose), key=lambda key: key.number)
        return hmac.new(first.secret, content, hashlib.sha256).hexdigest()


def _place(practice_id: str, table: str, row: str, field: str) -> bytes:
    return json.dumps([practice_id, table, row, field], separators=(",", ":")).encode()


def _close_to_others(path: Path) -> None:
    """On Windows, leave the file to the present user alone; elsewhere its mode says so already."""
    if sys.platform != "win32":
        return
    done = subprocess.run(  # noqa: S603 a program of Windows, without a shell
        ["icacls", str(path), "/inheritance:r", "/grant:r", f"{os.environ['USERNAME']}:F"],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if done.returncode:
        path.unlink()
        raise KeyRingError("The key file could not be closed to others; no key was made.")


def write_key(folder: Path, purpose: Purpose, number: int) -> Path:
    """Write a new random key file, readable by the owner alone, and make sure that it is on the disk."""
    secret = secrets.token_bytes(SecretBox.KEY_SIZE)
    path = folder / f"{purpose}-{number:04d}-{_key_id(secret)}.key"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    _close_to_others(path)
    return path
