"""Turn the contract's frozen dataclasses into JSON values and back, strictly."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

T = TypeVar("T")


class ContractError(ValueError):
    """A JSON value does not have the form that the contract states; the message names the field, never its value.

    Attributes
    ----------
    field : str
        The name of the field among those of the whole form; empty for the form itself.
    """

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where} {what}")
        self.field = where.partition(".")[2].partition(".")[0].partition("[")[0]


def to_json(value: Any) -> Any:
    """Return the JSON value (dict, list, str, number, bool or None) of a contract value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [to_json(item) for item in value]
    return value


def from_json(form: type[T], value: Any, *, where: str = "") -> T:
    """Build the contract value of type `form` from a JSON value.

    Parameters
    ----------
    form : type
        A dataclass of the contract, or a type that its fields use.
    value : object
        What ``json.loads`` returned.
    where : str
        The path of the field, used in the error's sentence.

    Returns
    -------
    object
        A value of `form`. Keys that `form` does not know are ignored, so that an older workstation can read the
        answers of a newer server.

    Raises
    ------
    ContractError
        When a field is missing or has another type.
    """
    return typing.cast("T", _read(form, value, where or getattr(form, "__name__", "value")))


@cache
def _hints(form: type) -> dict[str, Any]:
    return typing.get_type_hints(form)


def _read(form: Any, value: Any, where: str) -> Any:
    origin = get_origin(form)
    if form is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        return _read_union(form, value, where)
    if origin is typing.Literal:
        if value not in get_args(form):
            raise ContractError(where, "has a value that this program does not know.")
        return value
    if origin in (tuple, list, Sequence):
        return _read_tuple(form, value, where)
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            raise ContractError(where, "is not an object.")
        return {key: _read(get_args(form)[1], item, where) for key, item in value.items()}
    if dataclasses.is_dataclass(form):
        return _read_dataclass(typing.cast("type", form), value, where)
    return _read_scalar(form, value, where)


def _read_union(form: Any, value: Any, where: str) -> Any:
    choices = [choice for choice in get_args(form) if choice is not type(None)]
    if value is None:
        if len(choices) < len(get_args(form)):
            return None
        raise ContractError(where, "is missing.")
    error: ContractError | None = None
    for choice in choices:
        try:
            return _read(choice, value, where)
        except ContractError as problem:
            error = problem
    raise error or ContractError(where, "has the wrong type.")


def _read_tuple(form: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ContractError(where, "is not a list.")
    inner = get_args(form)
    if len(inner) == 2 and inner[1] is not Ellipsis and get_origin(form) is tuple:
        if len(value) != 2:
            raise ContractError(where, "does not have two parts.")
        return tuple(_read(kind, item, where) for kind, item in zip(inner, value, strict=True))
    return tuple(_read(inner[0], item, f"{where}[{index}]") for index, item in enumerate(value))


def _read_dataclass(form: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ContractError(where, "is not an object.")
    hints = _hints(form)
    given: dict[str, Any] = {}
    for field in dataclasses.fields(form):
        if field.name in value:
            given[field.name] = _read(hints[field.name], value[field.name], f"{where}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ContractError(f"{where}.{field.name}", "is missing.")
    return form(**given)


def _read_scalar(form: Any, value: Any, where: str) -> Any:
    if form in (date, datetime):
        if not isinstance(value, str):
            raise ContractError(where, "is not a date.")
        try:
            return form.fromisoformat(value)
        except ValueError:
            raise ContractError(where, "is not a date.") from None
    if form is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, bool) and form is not bool:
        raise ContractError(where, "has the wrong type.")
    if not isinstance(value, form):
        raise ContractError(where, "has the wrong type.")
    return value
