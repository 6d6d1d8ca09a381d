"""Refuse a body that the framework would read kindly: other encodings, doubled fields, numbers nobody can keep.

The framework parses JSON before a route is asked; this reads the same bytes once more, strictly, before anything is
done with them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any, TypeVar

from kinometric.contract.codec import ContractError, from_json
from kinometric_server.errors import BadInputError

LARGEST_INTEGER = 2**31 - 1
"""What every column has room for; a database would refuse larger ones, each in another way."""
LARGEST_SEQ = 2**53 - 1
"""The same for numbers of audit entries, which go on for ever."""
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_JSON = re.compile(rb"^application/json\s*(?:;\s*charset\s*=\s*\"?utf-8\"?\s*)?$", re.IGNORECASE)
_TOO_DEEP = 40

T = TypeVar("T")

UNKNOWN_FIELD = "The request has a field that is not known here."
UNREADABLE = "The request can't be read: its body must be JSON in UTF-8."


def check_headers(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Refuse a body that is said to be anything but plain JSON in UTF-8.

    Parameters
    ----------
    headers : sequence of (name, value)
        As the server received them, names in lower case.
    """
    kinds = [value for name, value in headers if name == b"content-type"]
    coded = [value for name, value in headers if name == b"content-encoding" and value.strip().lower() != b"identity"]
    if coded or len(kinds) != 1 or not _JSON.match(kinds[0].strip()):
        raise BadInputError(UNREADABLE)


def read_json(content: bytes) -> Any:
    """Return the value of a JSON body.

    Raises
    ------
    BadInputError
        If it isn't UTF-8, or names a field twice, or holds a number that is not finite or too large, a character
        that no text can hold (NUL, half a surrogate pair), or is nested without end.
    """
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=_fields_once, parse_constant=_no_number)
    except BadInputError:
        raise
    except (ValueError, RecursionError):
        raise BadInputError(UNREADABLE) from None
    _check(value, LARGEST_INTEGER, 0)
    return value


def read_form(form: type[T], value: Any) -> T:
    """Return a value of the contract; BadInputError names the field that has another type."""
    try:
        return from_json(form, value)
    except ContractError as error:
        raise BadInputError(wrong_fields(error.field)) from None


def wrong_fields(*names: str) -> str:
    """Return the sentence for fields that can't be used; their names are ours, never something that was sent."""
    return f"The request has a wrong or missing field: {', '.join(names)[:200]}." if any(names) else UNREADABLE


def _fields_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInputError("The request names a field twice.")
    return found


def _no_number(_: str) -> Any:
    raise BadInputError("The request holds something that is not a number where one belongs.")


def _check(value: Any, largest: int, depth: int) -> None:
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        if not math.isfinite(value) or (isinstance(value, int) and abs(value) > largest):
            raise BadInputError("The request holds a number that is too large.")
    elif depth >= _TOO_DEEP:
        raise BadInputError("The request is nested too deeply.")
    elif isinstance(value, list):
        for item in value:
            _check(item, largest, depth + 1)
    else:
        for name, item in value.items():
            check_text(name)
            _check(item, LARGEST_SEQ if name.endswith("_seq") else LARGEST_INTEGER, depth + 1)


def check_text(text: str) -> None:
    """Refuse text with a character that no database keeps and no answer can repeat."""
    if _NO_TEXT.search(text):
        raise BadInputError("The request holds a character that no text can hold.")
