"""Signing in and out, the person's own account, and the users of a practice."""

from __future__ import annotations

from contextlib import suppress

from kinometric.contract.accounts import (
    AllowEverywhere,
    ChangePassword,
    ChangeUser,
    Device,
    DeviceChallenge,
    Hello,
    Me,
    NewDevice,
    NewMember,
    NewUser,
    OwnPassword,
    RecoveryCodes,
    SecondFactorBegun,
    SecondFactorCode,
    SignedIn,
    SignIn,
    SwitchPractice,
    UserRow,
)
from kinometric_desktop.client.errors import ClientError
from kinometric_desktop.client.transport import Transport


class AccountCalls:
    """Routes under /v1/auth, /v1/me and /v1/users."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def hello(self) -> Hello:
        """What the server says of itself before anybody has signed in; demo users in a demo only."""
        return self._transport.get("/v1/hello", Hello, user_action=False)

    def sign_in(self, form: SignIn) -> SignedIn:
        """Sign in; the token stays inside the client and is not part of what is returned."""
        answer = self._transport.post("/v1/auth/sign-in", form, SignedIn)
        if answer.token:
            self._transport.set_token(answer.token)
        return SignedIn(answer.status, None, answer.me)

    def sign_out(self) -> None:
        """End the server session; its token is forgotten at once, that of the next sign-in is left alone."""
        token = self._transport.take_token()
        if not token:
            return
        with suppress(ClientError):
            self._transport.order("/v1/auth/sign-out", user_action=False, token=token)

    def me(self, *, polling: bool = False) -> Me:
        """The signed-in person."""
        return self._transport.get("/v1/me", Me, user_action=not polling)

    def activity(self) -> Me:
        """Tell the server of real input, at most once a minute."""
        return self._transport.post("/v1/me/activity", None, Me)

    def change_password(self, form: ChangePassword) -> None:
        """Change the person's own password; other sessions end."""
        self._transport.order("/v1/me/password", form)

    def switch_practice(self, form: SwitchPractice) -> Me:
        """Work in another practice."""
        return self._transport.post("/v1/me/practice", form, Me)

    def make_department_mine(self, department_id: str) -> Me:
        """Make a department the person's own in this practice."""
        return self._transport.post(f"/v1/me/department/{department_id}", None, Me)

    def device_challenge(self) -> DeviceChallenge:
        """What an enrolled computer signs at sign-in."""
        return self._transport.post("/v1/auth/challenge", None, DeviceChallenge, user_action=False)

    def devices(self) -> tuple[Device, ...]:
        """The person's enrolled computers."""
        return self._transport.get("/v1/me/devices", tuple[Device, ...])

    def enrol_device(self, form: NewDevice) -> Device:
        """Enrol this computer for the person."""
        return self._transport.post("/v1/me/devices", form, Device)

    def revoke_own_device(self, device_id: str) -> tuple[Device, ...]:
        """Take the enrolment of one of the person's own computers back."""
        return self._transport.post(f"/v1/me/devices/{device_id}/revoke", None, tuple[Device, ...])

    def renew_recovery_codes(self, form: OwnPassword) -> RecoveryCodes:
        """Make ten new recovery codes; the earlier ones count no more."""
        return self._transport.post("/v1/me/second-factor/recovery-codes", form, RecoveryCodes)

    def begin_second_factor(self) -> SecondFactorBegun:
        """Begin to set up an authenticator; the secret is shown this once."""
        return self._transport.post("/v1/me/second-factor", None, SecondFactorBegun)

    def confirm_second_factor(self, form: SecondFactorCode) -> RecoveryCodes:
        """Switch the second factor on with a first code."""
        return self._transport.post("/v1/me/second-factor/confirm", form, RecoveryCodes)

    def drop_second_factor(self, form: OwnPassword) -> None:
        """Switch the second factor off, with the password once more."""
        self._transport.order("/v1/me/second-factor/off", form)

    def users(self) -> tuple[UserRow, ...]:
        """The users of the active practice."""
        return self._transport.get("/v1/users", tuple[UserRow, ...])

    def add_user(self, form: NewUser) -> UserRow:
        """Make a user in the active practice."""
        return self._transport.post("/v1/users", form, UserRow)

    def add_member(self, form: NewMember) -> UserRow:
        """Let a user of other practices work in the active one too; superadmins only."""
        return self._transport.post("/v1/members", form, UserRow)

    def change_user(self, user_id: str, form: ChangeUser) -> UserRow:
        """Change a user's rights in the active practice."""
        return self._transport.post(f"/v1/users/{user_id}", form, UserRow)

    def end_sessions(self, user_id: str) -> None:
        """End every server session of a user."""
        self._transport.order(f"/v1/users/{user_id}/sessions/end")

    def allow_everywhere(self, user_id: str, form: AllowEverywhere) -> UserRow:
        """Disable a person in all practices at once, or allow them again; superadmins only."""
        return self._transport.post(f"/v1/users/{user_id}/everywhere", form, UserRow)

    def drop_users_second_factor(self, user_id: str) -> UserRow:
        """Switch a user's second factor off, for one who has lost the authenticator."""
        return self._transport.post(f"/v1/users/{user_id}/second-factor/off", None, UserRow)

    def users_devices(self, user_id: str) -> tuple[Device, ...]:
        """A user's enrolled computers."""
        return self._transport.get(f"/v1/users/{user_id}/devices", tuple[Device, ...])

    def enrol_users_device(self, user_id: str, form: NewDevice) -> Device:
        """Enrol a computer for a user, by the key that it shows."""
        return self._transport.post(f"/v1/users/{user_id}/devices", form, Device)

    def revoke_device(self, user_id: str, device_id: str) -> tuple[Device, ...]:
        """Take a computer's enrolment back."""
        return self._transport.post(f"/v1/users/{user_id}/devices/{device_id}/revoke", None, tuple[Device, ...])
