"""Who is signed in, where, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STRICT = {"extra": "forbid"}
"""Pydantic configuration of every request: an unknown field is refused."""

Role = Literal["admin", "clinician", "readonly"]
Environment = Literal["none", "standin", "preview", "production"]


@dataclass(frozen=True)
class DemoUser:
    """A user of the demo, offered on its sign-in screen; exists only in a database made by ``demo``."""

    username: str
    password: str
    display_name: str
    purpose: str


@dataclass(frozen=True)
class Hello:
    """What the server says of itself before anybody has signed in."""

    product: str
    version: str
    api: int
    demo: bool
    demo_users: tuple[DemoUser, ...] = ()


@dataclass(frozen=True)
class SignIn:
    """A user name and password, with the code of the authenticator where one is asked for."""

    username: str
    password: str
    code: str | None = None
    recovery_code: str | None = None
    client: str = "workstation"
    device_id: str | None = None
    device_challenge: str | None = None
    device_signature: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Membership:
    """One practice that the user belongs to."""

    practice_id: str
    practice_name: str
    role: Role
    can_match: bool
    can_review: bool
    can_upload: bool
    is_default: bool
    department_id: str | None
    department_name: str | None
    athena_environment: Environment
    athena_practice_id: str | None
    documents_write: bool
    time_zone: str


@dataclass(frozen=True)
class Me:
    """The signed-in user, the practice in which they work now, and how long the session lasts without input.

    While ``second_factor_needed`` (the active practice asks its administrators for one) or ``password_to_change`` (an
    administrator set it) is true, the server opens nothing but the user's own account.
    """

    user_id: str
    username: str
    display_name: str
    is_superadmin: bool
    active: Membership | None
    memberships: tuple[Membership, ...]
    idle_end_s: float
    demo: bool
    server_time: str
    second_factor_on: bool = False
    second_factor_needed: bool = False
    password_to_change: bool = False


@dataclass(frozen=True)
class SignedIn:
    """The answer to a sign-in: a token, or the word that a code is needed first."""

    status: Literal["signed_in", "code_needed"]
    token: str | None
    me: Me | None


@dataclass(frozen=True)
class SwitchPractice:
    """Work in another practice; a superadmin who is no member of it gives a reason.

    ``make_default`` lets the user's next sign-ins begin there.
    """

    practice_id: str
    reason: str | None = None
    make_default: bool = False

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class UserRow:
    """One user of the active practice, as its administrator sees them."""

    user_id: str
    username: str
    display_name: str
    email: str
    role: Role
    can_match: bool
    can_review: bool
    can_upload: bool
    department_id: str | None
    is_active: bool
    second_factor_on: bool
    last_seen: str | None
    version: int
    only_here: bool = True
    is_default: bool = False
    password_to_change: bool = False
    live_sessions: int = 0
    disabled_everywhere: bool = False


@dataclass(frozen=True)
class NewUser:
    """A user to be made in the active practice; the first password is given to the person by the administrator.

    It opens nothing until the person has changed it.
    """

    username: str
    display_name: str
    email: str
    password: str
    role: Role
    can_match: bool = True
    can_review: bool = False
    can_upload: bool = False
    department_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class NewMember:
    """A user of other practices who shall work in the active one too; only a superadmin can say so."""

    username: str
    role: Role
    can_match: bool = True
    can_review: bool = False
    can_upload: bool = False
    department_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ChangeUser:
    """New rights of a user in the active practice; None leaves a field as it is.

    ``is_default`` true lets the user's sign-ins begin here; a password set here must be changed by the user.
    """

    version: int
    display_name: str | None = None
    role: Role | None = None
    can_match: bool | None = None
    can_review: bool | None = None
    can_upload: bool | None = None
    department_id: str | None = None
    is_active: bool | None = None
    password: str | None = None
    email: str | None = None
    is_default: bool | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AllowEverywhere:
    """Disable a person in all practices at once, or allow them again and lift the block after wrong passwords."""

    is_active: bool

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ChangePassword:
    """A user's own new password."""

    old_password: str
    new_password: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class SecondFactorBegun:
    """What an authenticator app needs; the secret is shown this once."""

    secret: str
    uri: str


@dataclass(frozen=True)
class SecondFactorCode:
    """A code of the authenticator."""

    code: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class RecoveryCodes:
    """Ten codes that stand in for a lost authenticator, each once; shown this once."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class OwnPassword:
    """The user's password once more, before something that must not happen at an unattended screen."""

    password: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class DeviceChallenge:
    """What an enrolled computer signs with its key when its user signs in; good for two minutes, once."""

    challenge: str


@dataclass(frozen=True)
class NewDevice:
    """A computer's Ed25519 public key (64 hex digits) to be enrolled for the signed-in user."""

    public_key: str
    name: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Device:
    """An enrolled computer of a user."""

    device_id: str
    name: str
    created_at: str
    last_seen: str | None
    revoked: bool
    public_key: str = ""
