"""One-time passwords that an administrator hands to a person: made here, shown once, changed at the first sign-in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

#: Without signs that are taken for one another when read aloud or off a screen: no 0 O o, 1 I l, 5 S, 8 B, 2 Z.
_UPPER = "ACDEFGHJKLMNPQRTUVWXY"
_LOWER = "abcdefghijkmnpqrstuvwxyz"
_DIGITS = "34679"
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True)
class OneTimePassword:
    """A password and whose it is; its repr doesn't show it."""

    username: str
    password: str = field(repr=False)


def new_one_time_password() -> str:
    """Make a password of four groups of four signs with every kind that the server asks for: over 75 bits."""
    kinds = (_UPPER, _LOWER, _DIGITS)
    while True:
        signs = [secrets.choice(_UPPER + _LOWER + _DIGITS) for _ in range(_GROUPS * _GROUP)]
        if all(any(sign in kind for sign in signs) for kind in kinds):
            break
    groups = ("".join(signs[place : place + _GROUP]) for place in range(0, len(signs), _GROUP))
    return "-".join(groups)
