"""Enrolling this computer for a person, and signing their sign-ins with its key."""

from __future__ import annotations

import dataclasses
import platform
from dataclasses import dataclass
from typing import Literal

from kinometric.contract.accounts import Device, NewDevice, SignIn
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import DeviceKeys, EnrolledKey, TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.client import device
from kinometric_desktop.client.errors import ServerError

Standing = Literal["unknown", "enrolled", "not_enrolled", "waiting", "no_keyring"]
WORDS: dict[Standing, str] = {
    "unknown": "",
    "enrolled": "This computer is enrolled",
    "not_enrolled": "This computer is not enrolled",
    "waiting": "This computer waits for an administrator to enrol it",
    "no_keyring": "No keyring here, so this computer is not enrolled",
}


def account_of(server_url: str, username: str) -> str:
    """Under what a person's key for a server is kept."""
    return f"{server_url} {username.strip().lower()}"


def usual_name() -> str:
    """What a computer is called until somebody gives it a name: nothing of its owner's."""
    return f"Workstation, {platform.system() or 'unknown system'}"


class Enrolment:
    """Reads and writes keys; every method may take a while, so call it on a runner's lane."""

    def __init__(self, keys: DeviceKeys, connection: Connection) -> None:
        self._keys = keys
        self._connection = connection

    def standing(self, username: str) -> Standing:
        """Whether this computer is enrolled for a person."""
        if not self._keys.available():
            return "no_keyring"
        account = account_of(self._connection.client.address.url, username)
        key = self._keys.load(account)
        if key is None:
            return "not_enrolled"
        if not self._connection.client.signed_in:
            return "waiting" if key.waits else "enrolled"
        names = (key.device_id, device.public_key(key.seed))
        known = next((one for one in self._devices() if one.device_id in names or one.public_key in names), None)
        if known is None or known.revoked:
            return "waiting" if key.waits else "not_enrolled"
        if key.waits:
            self._keys.save(account, EnrolledKey(known.device_id, key.seed))
        return "enrolled"

    def _devices(self) -> tuple[Device, ...]:
        return self._connection.client.accounts.devices()

    def key_to_show(self, username: str) -> str:
        """This computer's public key for an administrator to enrol it by; "" without a keyring.

        A key is made where there is none that could still be enrolled; until it is, sign-ins are signed with it under
        the key itself.
        """
        if not self._keys.available():
            return ""
        account = account_of(self._connection.client.address.url, username)
        key = self._keys.load(account)
        if key is None or not key.waits:
            seed = device.new_seed()
            key = EnrolledKey(device.public_key(seed), seed)
            self._keys.save(account, key)
        return device.public_key(key.seed)

    def signed(self, form: SignIn) -> SignIn:
        """The sign-in with a signed challenge where this computer is enrolled, else as it was."""
        client = self._connection.client
        key = self._keys.load(account_of(client.address.url, form.username)) if self._keys.available() else None
        if key is None:
            return form
        try:
            challenge = client.accounts.device_challenge().challenge
        except ServerError:
            # An older server knows no challenges; the sign-in itself will say what it needs.
            return form
        return dataclasses.replace(
            form,
            device_id=key.device_id,
            device_challenge=challenge,
            device_signature=device.signature(key.seed, challenge, form.username),
        )

    def enrol(self, username: str, name: str = "") -> Standing:
        """Make a key, tell the server its public half, keep the key in the keyring.

        ``name`` is what administrators see of this computer; without one it is the kind of system.
        """
        if not self._keys.available():
            return "no_keyring"
        client = self._connection.client
        account = account_of(client.address.url, username)
        before = self._keys.load(account)
        seed = before.seed if before is not None and before.waits else device.new_seed()
        shown = name.strip() or usual_name()
        enrolled = client.accounts.enrol_device(NewDevice(device.public_key(seed), shown))
        self._keys.save(account, EnrolledKey(enrolled.device_id, seed))
        return "enrolled"


@dataclass(frozen=True)
class EnrolmentState:
    """What the settings show of this computer."""

    standing: Standing = "unknown"
    busy: bool = False
    problem: Problem | None = None


class EnrolmentPresenter(Presenter[EnrolmentState]):
    """Shows whether this computer is enrolled for the signed-in person, and enrols it."""

    def __init__(self, enrolment: Enrolment, username: str, runner: TaskRunner) -> None:
        super().__init__(EnrolmentState(), runner)
        self._enrolment = enrolment
        self._username = username

    def enter(self) -> None:
        """Look into the keyring."""
        self._run("standing", lambda: self._enrolment.standing(self._username), self._known, self._failed)

    def enrol(self) -> None:
        """Enrol this computer."""
        if self.state.standing not in ("not_enrolled", "waiting") or self.state.busy:
            return
        self._change(busy=True, problem=None)
        self._run("standing", lambda: self._enrolment.enrol(self._username), self._known, self._failed)

    def _known(self, standing: Standing) -> None:
        self._show(EnrolmentState(standing))

    def _failed(self, problem: Exception) -> None:
        self._change(busy=False, problem=words_for(problem))
