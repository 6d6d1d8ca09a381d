"""The parts of a condition that must all be true, and those of them that speak of a row's practice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kinometric_server.database.tokens import Group, Node, Token, UnreadableError, is_sign, is_word


class Bound(NamedTuple):
    """``source.column = value``; the source is None where the column stands alone."""

    source: str | None
    mark: Token


class Link(NamedTuple):
    """``one.column = other.column``."""

    one: str
    other: str


def parts(nodes: Sequence[Node], sign: str) -> Iterator[Sequence[Node]]:
    """Yield what stands between the signs; nothing for nothing."""
    begin = 0
    for index, node in enumerate(nodes):
        if is_sign(node, sign):
            yield nodes[begin:index]
            begin = index + 1
    if nodes:
        yield nodes[begin:]


def conjuncts(nodes: Sequence[Node]) -> list[Sequence[Node]]:
    """Return the parts of a condition that must all be true; none if an OR makes them optional.

    The AND of a BETWEEN and whatever stands inside a CASE don't divide.
    """
    found: list[Sequence[Node]] = []
    begin = depth = betweens = 0
    for index, node in enumerate(nodes):
        if is_word(node, "CASE"):
            depth += 1
        elif is_word(node, "END"):
            depth -= 1
            if depth < 0:
                raise UnreadableError("an END without its CASE")
        elif depth or is_sign(nodes[index - 1] if index else None, "."):
            continue
        elif is_word(node, "OR"):
            return []
        elif is_word(node, "BETWEEN"):
            betweens += 1
        elif is_word(node, "AND"):
            if betweens:
                betweens -= 1
            else:
                found.append(nodes[begin:index])
                begin = index + 1
    found.append(nodes[begin:])
    return [inner for part in found for inner in _opened(part)]


def _opened(part: Sequence[Node]) -> list[Sequence[Node]]:
    """Take a part out of its parentheses."""
    if len(part) != 1 or not isinstance(part[0], Group):
        return [part]
    inside = part[0].items
    if any(is_word(node, "SELECT", "VALUES", "WITH") or is_sign(node, ",") for node in inside):
        return [part]
    return conjuncts(inside)


def bound_of(part: Sequence[Node], column: str) -> Bound | None:
    """Return the equation of ``column`` with a bound value that a part is, in either order and nothing else."""
    for left, right in _equation(part):
        named = _column_of(left, column)
        if named is not None and len(right) == 1 and isinstance(right[0], Token) and right[0].kind == "mark":
            return Bound(named or None, right[0])
    return None


def link_of(part: Sequence[Node], column: str) -> Link | None:
    """Return the equation of ``column`` in two sources that a part is, and nothing else."""
    for left, right in _equation(part):
        one, other = _column_of(left, column), _column_of(right, column)
        if one and other:
            return Link(one, other)
    return None


def _equation(part: Sequence[Node]) -> list[tuple[Sequence[Node], Sequence[Node]]]:
    """Return both ways to read a part that is one equation."""
    places = [index for index, node in enumerate(part) if is_sign(node, "=")]
    if len(places) != 1:
        return []
    left, right = part[: places[0]], part[places[0] + 1 :]
    return [(left, right), (right, left)]


def _column_of(nodes: Sequence[Node], column: str) -> str | None:
    """Return the source whose ``column`` is named, "" where none is said, or None for anything else."""
    if not nodes or len(nodes) not in (1, 3):
        return None
    last = nodes[-1]
    if not isinstance(last, Token) or last.name != column:
        return None
    if len(nodes) == 1:
        return ""
    first = nodes[0]
    return first.name if isinstance(first, Token) and is_sign(nodes[1], ".") else None
