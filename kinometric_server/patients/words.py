"""The keys under which a patient is found and sorted: folded names, birth date, number and athenaOne patient ID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kinometric.matching import fold, name_keys, similar_name_keys, surely_similar_key

WORD_LENGTH = 80
PAIRED_LETTERS = 3
MOST_PAIRED = 6


@dataclass(frozen=True)
class Word:
    """One word and what it is of a patient."""

    kind: Literal["name", "born", "number", "athena", "sound", "year", "pair"]
    word: str


def name_key(lastname: str, firstname: str) -> str:
    """Return the key by which patients are sorted: folded last name, then first name."""
    return f"{fold(lastname)}, {fold(firstname)}"[:260]


def sound_words(lastname: str, firstname: str) -> frozenset[str]:
    """Return the words of which people with easily confused names share one: a last name's sound and an initial."""
    parts = {lastname, *lastname.replace("-", " ").split()}
    keys = (similar_name_keys(part, firstname) for part in parts)
    return frozenset(f"{sound} {initial}"[:WORD_LENGTH] for sound, initial in keys if sound and initial)


def alike_word(lastname: str, firstname: str) -> str:
    """Return the word that only people share whose names are easily confused, or an empty text."""
    return surely_similar_key(lastname, firstname)[:WORD_LENGTH]


def year_word(year: int, name: str) -> str:
    """Return the word under which a name is found together with a year of birth."""
    return f"{year:04d} {name}"[:WORD_LENGTH]


def pair_word(one: str, other: str) -> str:
    """Return the word under which two names are found together: the beginning of one, and the other."""
    return f"{one[:PAIRED_LETTERS]} {other}"[:WORD_LENGTH]


def words_of(
    *,
    names: tuple[str, ...],
    born: date | None,
    number: int,
    athena_patient_id: str | None,
) -> frozenset[Word]:
    """Return every word by which a patient is to be found; `names` are last, first, middle and preferred name."""
    keys = [key[:WORD_LENGTH] for key in name_keys(*names)]
    words = {Word("name", key) for key in keys}
    words |= {Word("pair", pair_word(one, other)) for one in keys[:MOST_PAIRED] for other in keys[:MOST_PAIRED]}
    words |= {Word("sound", key) for key in {*sound_words(names[0], names[1]), alike_word(names[0], names[1])} if key}
    if born is not None:
        words.add(Word("born", born.isoformat()))
        words |= {Word("year", year_word(born.year, key)) for key in keys}
    words.add(Word("number", str(number)))
    if athena_patient_id:
        words.add(Word("athena", athena_patient_id.casefold()[:WORD_LENGTH]))
    return frozenset(words)


def end_of_prefix(prefix: str) -> str:
    """Return the first text after all that begin with `prefix`, so that a prefix is a range of an index."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
