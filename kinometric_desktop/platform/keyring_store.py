"""Keeps this computer's signing key in the operating system's keyring, or says that there is none."""

from __future__ import annotations

import base64
import binascii

SERVICE = "kinometric-desktop"


class KeyringStore:
    """The DeviceKeys port over the keyring library, which is imported at the first call; use it on a runner's lane.

    There is no fallback to a file: without a keyring this computer is not enrolled, and says so.
    """

    def available(self) -> bool:
        """True when the operating system has a keyring that keeps secrets."""
        import keyring
        import keyring.backends.null

        backend = keyring.get_keyring()
        return backend.priority > 0 and not isinstance(backend, keyring.backends.null.Keyring)

    def load(self, server_url: str) -> bytes | None:
        """The seed for a server, or None."""
        import keyring
        import keyring.errors

        try:
            stored = keyring.get_password(SERVICE, server_url)
        except keyring.errors.KeyringError:
            return None
        if stored is None:
            return None
        try:
            seed = base64.b64decode(stored, validate=True)
        except binascii.Error:
            return None
        return seed if len(seed) == 32 else None

    def save(self, server_url: str, seed: bytes) -> None:
        """Keep the seed for a server. Raises keyring.errors.KeyringError."""
        import keyring

        keyring.set_password(SERVICE, server_url, base64.b64encode(seed).decode("ascii"))

    def forget(self, server_url: str) -> None:
        """Remove the seed for a server."""
        import keyring
        import keyring.errors

        try:
            keyring.delete_password(SERVICE, server_url)
        except keyring.errors.KeyringError:
            return
