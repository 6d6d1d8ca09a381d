"""Keeps this computer's signing key in the operating system's keyring, or says that there is none."""

from __future__ import annotations

import base64
import binascii

from kinometric_desktop.app.ports import EnrolledKey

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

    def load(self, account: str) -> EnrolledKey | None:
        """The key of an account, or None."""
        import keyring
        import keyring.errors

        try:
            stored = keyring.get_password(SERVICE, account)
        except keyring.errors.KeyringError:
            return None
        if stored is None:
            return None
        device_id, _, text = stored.rpartition(" ")
        try:
            seed = base64.b64decode(text, validate=True)
        except binascii.Error:
            return None
        return EnrolledKey(device_id, seed) if device_id and len(seed) == 32 else None

    def save(self, account: str, key: EnrolledKey) -> None:
        """Keep the key of an account. Raises keyring.errors.KeyringError."""
        import keyring

        keyring.set_password(SERVICE, account, f"{key.device_id} {base64.b64encode(key.seed).decode('ascii')}")

    def forget(self, account: str) -> None:
        """Remove the key of an account."""
        import keyring
        import keyring.errors

        try:
            keyring.delete_password(SERVICE, account)
        except keyring.errors.KeyringError:
            return
