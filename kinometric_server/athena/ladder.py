"""The search ladder: at most four requests, each wider than the one before, until a row fits well enough."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from kinometric_server.athena.client import AthenaClient
from kinometric_server.athena.errors import AthenaError, TooManyMatchesError
from kinometric_server.athena.records import AthenaPatient

REQUESTS_ALLOWED: Final = 4
_PREFIX_LETTERS: Final = 3
_SHORTEST_PART: Final = 3
_UNDIVIDED_LETTERS: Final = {
    ord(letter): plain
    for letter, plain in (("ø", "o"), ("Ø", "O"), ("æ", "ae"), ("Æ", "AE"), ("ß", "ss"), ("ł", "l"), ("Ł", "L"))
}
"""Letters that Unicode doesn't take apart into a plain letter and a mark."""

StepKind = Literal["exact", "birth_date", "plain", "part", "swapped", "prefix", "narrowed"]


@dataclass(frozen=True)
class Step:
    """One request of the ladder. ``repr`` names nobody."""

    kind: StepKind
    lastname: str = field(default="", repr=False)
    firstname: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Climb:
    """What the ladder found: rows without repeats in the order found, the steps taken, whether more can be tried."""

    rows: tuple[AthenaPatient, ...]
    steps: tuple[StepKind, ...]
    requests_used: int
    requests_allowed: int
    can_go_wider: bool
    cut: bool
    """True when athenaOne had more rows than were read, or refused a step for having too many."""


def plain_name(name: str) -> str:
    """A name without accents and hyphens, as many systems store it: ``Muestra-López`` becomes ``Muestra Lopez``."""
    letters = name.translate(_UNDIVIDED_LETTERS)
    kept = "".join(each for each in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(each))
    return " ".join(kept.replace("-", " ").split())


def _parts(name: str) -> list[str]:
    parts = [each for each in re.split(r"[\s\-]+", plain_name(name)) if len(each) >= _SHORTEST_PART]
    return list(dict.fromkeys(parts)) if len(parts) > 1 else []


def steps_for(lastname: str, firstname: str, born: date | None, *, with_birth_date: bool) -> tuple[Step, ...]:
    """The ladder's steps for a person, each a different request, the most promising first; never more than four."""
    last, first = " ".join(lastname.split()), " ".join(firstname.split())
    plain_last, plain_first = plain_name(last), plain_name(first)
    steps = [Step("exact", last)]
    if with_birth_date and born is not None:
        steps.append(Step("birth_date", born=born))
    if plain_last.casefold() != last.casefold():
        steps.append(Step("plain", plain_last))
    steps += [Step("part", each) for each in _parts(last)]
    if plain_first:
        steps.append(Step("swapped", plain_first.split()[0]))
    if len(plain_last) > _PREFIX_LETTERS and plain_first:
        # A first letter keeps a three-letter search from drawing a list that nobody may pull.
        steps.append(Step("prefix", plain_last[:_PREFIX_LETTERS], plain_first[:1]))
    return tuple(_without_repeats(steps)[:REQUESTS_ALLOWED])


def _without_repeats(steps: list[Step]) -> list[Step]:
    seen: set[tuple[str, str, date | None]] = set()
    kept = []
    for step in steps:
        key = (step.lastname.casefold(), step.firstname.casefold(), step.born)
        if key not in seen:
            seen.add(key)
            kept.append(step)
    return kept


def climb(
    client: AthenaClient,
    lastname: str,
    firstname: str = "",
    born: date | None = None,
    department_id: str = "",
    *,
    enough: Callable[[Sequence[AthenaPatient]], bool],
    wider: bool = False,
) -> Climb:
    """Search for a person, step by step.

    Parameters
    ----------
    enough : callable
        Whether the rows so far hold one that fits well; comparing is `kinometric.matching`'s.
    wider : bool
        True takes every step, and looks in all departments; the gate sifts the rows afterwards.

    Raises
    ------
    TooManyMatchesError
        If nobody was listed because a step fits more patients than athenaOne lists.
    AthenaError
        If the first request fails; when a later one does, what was found is returned.
    """
    waiting = list(steps_for(lastname, firstname, born, with_birth_date=client.practice.dob_param))
    department = "" if wider else department_id
    rows: dict[str, AthenaPatient] = {}
    taken: list[StepKind] = []
    used = 0
    cut = False
    too_many: TooManyMatchesError | None = None
    answered = False
    while waiting and used < REQUESTS_ALLOWED:
        step = waiting.pop(0)
        used += 1
        try:
            page = client.search(step.lastname, step.firstname, department, born=step.born)
        except TooManyMatchesError as error:
            too_many, cut = error, True
            if step.kind == "exact" and plain_name(firstname):
                waiting.insert(0, Step("narrowed", step.lastname, plain_name(firstname).split()[0]))
            continue
        except AthenaError:
            if not answered:
                raise
            break
        answered = True
        taken.append(step.kind)
        cut = cut or page.more
        for row in page.rows:
            rows.setdefault(row.patient_id, row)
        if not wider and enough(tuple(rows.values())):
            break
    if not rows and too_many is not None:
        raise too_many
    can_go_wider = not wider and (bool(waiting) or bool(department_id))
    return Climb(tuple(rows.values()), tuple(taken), used, REQUESTS_ALLOWED, can_go_wider, cut)
