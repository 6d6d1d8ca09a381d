"""Which first names are short or familiar forms of each other, by the table in resources/matching."""

from __future__ import annotations

import csv
from functools import cache

from kinometric.resources import resource_path


@cache
def _table() -> dict[str, frozenset[str]]:
    with resource_path("matching/nicknames.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    related: dict[str, set[str]] = {}
    for row in rows:
        one, other = row["name1"].strip().lower(), row["name2"].strip().lower()
        related.setdefault(one, set()).add(other)
        related.setdefault(other, set()).add(one)
    return {name: frozenset(names) for name, names in related.items()}


def is_nickname(one: str, other: str) -> bool:
    """True when one folded first name is listed as a form of the other.

    Parameters
    ----------
    one, other : str
        Folded.

    Returns
    -------
    bool
    """
    return other in _table().get(one, ())


def is_known_first_name(name: str) -> bool:
    """True for a folded first name that the table lists.

    Parameters
    ----------
    name : str
        Folded.

    Returns
    -------
    bool
    """
    return name in _table()
