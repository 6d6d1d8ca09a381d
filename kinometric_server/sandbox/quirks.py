"""The stand-in's quirks: what athenaOne was seen to do in more than one way, each a switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, get_args, get_type_hints

Types = Literal["modern", "legacy", "numeric"]
Missing = Literal["omit", "null", "empty"]


class QuirkError(ValueError):
    """An unknown quirk or a value of the wrong kind; the message is one sentence for people."""


@dataclass(frozen=True)
class Quirks:
    """Every quirk of the stand-in. docs/stand-in.md explains each beside its number."""

    error_newlines: bool = True
    error_content_type: str = "application/json"
    expires_in: Literal["number", "string"] = "number"
    token_lifetime_s: int = 3600
    token_limit_per_minute: int = 5
    success_as: Literal["boolean", "string"] = "boolean"
    types: Types = "modern"
    missing: Missing = "omit"
    daily_limit: int = 50000
    requests_per_second: int = 0
    over_qps: Literal["429", "403"] = "429"
    escape_slashes: bool = True
    shuffle_keys: bool = True
    next_path: Literal["as_requested", "production"] = "as_requested"
    totalcount: bool = True
    two_patients: bool = False
    provider_group_copies: bool = False
    patient_elsewhere: bool = False
    hidden_departments: str = ""
    empty_practice: bool = False
    not_granted: bool = False
    no_access: Literal[401, 403, 404] = 401
    odd_demographics: bool = False
    merged_away: bool = False
    merged_reading: Literal["not_found", "inactive", "survivor"] = "not_found"
    closed_back_to_review: bool = False
    too_many_above: int = 1000
    list_lag_s: float = 0.0
    attachment_limit_bytes: int = 0


_HINTS: Final = get_type_hints(Quirks)


def _checked(name: str, value: Any) -> Any:
    hint = _HINTS.get(name)
    if hint is None:
        raise QuirkError(f"There is no quirk called {name}.")
    choices = get_args(hint)
    if choices:
        if value not in choices or isinstance(value, bool):
            raise QuirkError(f"The quirk {name} takes one of {', '.join(str(each) for each in choices)}.")
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise QuirkError(f"The quirk {name} takes a value of the kind {hint.__name__}.")
    return value


def with_quirks(quirks: Quirks, changes: Mapping[str, Any]) -> Quirks:
    """A copy of ``quirks`` with ``changes``; raises QuirkError for an unknown name or a wrong value."""
    return replace(quirks, **{name: _checked(name, value) for name, value in changes.items()})


def as_mapping(quirks: Quirks) -> dict[str, Any]:
    """Every quirk by its name."""
    return {each.name: getattr(quirks, each.name) for each in fields(quirks)}
