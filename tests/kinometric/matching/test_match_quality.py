"""How well the ranking finds the right record among invented people whose records were damaged as real ones are."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from kinometric.matching import PersonRecord, fold, rank, sounds_like
from kinometric.matching.nicknames import _table

CLINIC = 2000
QUERIES = 500
_BEGIN = (
    "Bar",
    "Ker",
    "Mol",
    "Tan",
    "Wes",
    "Hol",
    "Gra",
    "Lin",
    "Fer",
    "Sto",
    "Dra",
    "Pel",
    "Ros",
    "Vin",
    "Cas",
    "Nor",
)
_MIDDLE = ("be", "li", "so", "ta", "ne", "ro", "mi", "ka", "", "", "", "")
_END = ("son", "ez", "man", "ford", "ski", "well", "ley", "ton", "er", "is", "ard", "ow", "a", "en")


@dataclass(frozen=True)
class Outcome:
    """What the searches came to."""

    found_first: float
    false_strong: float
    absent_strong: float
    wrong_first: int
    wrong_first_marked: int


def _people(rng: random.Random) -> list[PersonRecord]:
    """Households: people share last names, ZIP and phone; some couples of twins, some fathers and sons."""
    given = sorted(name.title() for name in _table() if len(name) > 3 and name.isalpha())
    people: list[PersonRecord] = []
    while len(people) < CLINIC:
        last = rng.choice(_BEGIN) + rng.choice(_MIDDLE) + rng.choice(_END)
        zip_code, phone = f"{rng.randint(10000, 99000)}", f"410555{rng.randint(1000, 9999)}"
        born = date(1925, 1, 1) + timedelta(days=rng.randint(0, 28000))
        for member in range(rng.randint(1, 4)):
            if member and rng.random() > 0.02:  # else a twin
                born = date(1925, 1, 1) + timedelta(days=rng.randint(0, 28000))
            middle = rng.choice("ABCDEFGHJKLMNPRSTW") if rng.random() < 0.7 else ""
            sex = rng.choice("FM")
            people.append(PersonRecord(last, rng.choice(given), middle, "", "", born, sex, phone, zip_code))
    return people[:CLINIC]


def _slip(rng: random.Random, text: str) -> str:
    if len(text) < 4:
        return text
    place = rng.randrange(1, len(text) - 1)
    before, after = text[:place], text[place + 1 :]
    other = rng.choice("aeioustrnl")
    return rng.choice(
        (
            before + after,
            before + other + after,
            before + text[place] + other + after,
            before + after[0] + text[place] + after[1:],
        )
    )


def _damaged(rng: random.Random, person: PersonRecord, strangers: list[PersonRecord]) -> PersonRecord:
    """The same person as another system may have them: nicknames, slips, married names, swapped days, empty fields."""
    last, first, born = person.lastname, person.firstname, person.born
    assert born is not None
    nicknames = sorted(_table().get(first.lower(), ()))
    if nicknames and rng.random() < 0.15:
        first = rng.choice(nicknames).title()
    if rng.random() < 0.08:
        last = _slip(rng, last)
    if rng.random() < 0.08:
        first = _slip(rng, first)
    if rng.random() < 0.03:
        last, first = first, last
    elif rng.random() < 0.03:
        last = f"{last}-{rng.choice(strangers).lastname}"
    if rng.random() < 0.04 and born.day <= 12:
        born = date(born.year, born.day, born.month)
    elif rng.random() < 0.04:
        born = born + timedelta(days=rng.choice((-10, -1, 1, 10)))
    changes = {name: "" for name in ("middlename", "phone", "zip") if rng.random() < 0.25}
    return replace(person, lastname=last, firstname=first, born=born, **changes)


def _keys(person: PersonRecord) -> set[object]:
    """What a search ladder would find a person by."""
    words = [word for name in (person.lastname, person.firstname) for word in fold(name).split()]
    keys: set[object] = {key for word in words for key in (word, word[:3], sounds_like(word))}
    if person.born is not None:
        keys.add(person.born)
        if person.born.day <= 12:
            keys.add(date(person.born.year, person.born.day, person.born.month))
    return keys


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """Search for some people of the clinic by a damaged record, once with and once without the right one there."""
    rng = random.Random(20261123)
    people = _people(rng)
    index: dict[object, set[int]] = defaultdict(set)
    for place, person in enumerate(people):
        for key in _keys(person):
            index[key].add(place)
    first = false_strong = absent_strong = wrong = marked = 0
    for place in rng.sample(range(CLINIC), QUERIES):
        asked = _damaged(rng, people[place], people)
        places = sorted(set().union(*(index[key] for key in _keys(asked))))
        ranking = rank(asked, [people[other] for other in places])
        best = ranking.candidates[0]
        false_strong += any(one.band == "strong" and places[one.index] != place for one in ranking.candidates)
        if places[best.index] == place:
            first += 1
        else:
            wrong += 1
            near = {places[call.index] for call in ranking.close_calls(best.index)}
            marked += best.band != "strong" or place in near
        others = [people[other] for other in places if other != place]
        absent_strong += bool(others) and rank(asked, others).candidates[0].band == "strong"
    return Outcome(first / QUERIES, false_strong / QUERIES, absent_strong / QUERIES, wrong, marked)


def test_the_right_record_comes_first(outcome: Outcome) -> None:
    assert outcome.found_first >= 0.98


def test_a_stranger_is_hardly_ever_called_strong(outcome: Outcome) -> None:
    assert outcome.false_strong <= 0.002
    assert outcome.absent_strong <= 0.002


def test_every_wrong_first_place_is_marked_by_its_band_or_by_a_warning(outcome: Outcome) -> None:
    assert outcome.wrong_first == outcome.wrong_first_marked
