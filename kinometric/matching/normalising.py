"""Bring names, suffixes, sex, phones and ZIP codes to one form for comparing; what is shown stays as stored."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kinometric.matching.values import PersonRecord

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"}
)  # letters that have no accent to strip
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼʻ`´", None))
_NOT_A_LETTER = re.compile(r"[\W_]+")
_NOT_A_DIGIT = re.compile(r"\D+")
_EXTENSION = re.compile(r"\s*(?:x|ext)", re.IGNORECASE)

PARTICLES = frozenset(
    (
        "al", "el", "la", "las", "los", "le", "de", "del", "della", "der", "den", "di", "do", "da", "das", "dos", "du",
        "van", "von", "vom", "ten", "ter", "zu", "y", "bin", "ibn", "abu", "st", "saint", "san",
    )
)  # fmt: skip
SUFFIXES = {
    "jr": "jr", "junior": "jr", "jnr": "jr",
    "sr": "sr", "senior": "sr", "snr": "sr",
    "ii": "ii", "2nd": "ii", "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv", "v": "v", "5th": "v",
}  # fmt: skip
_SUFFIX_IN_A_NAME = frozenset(SUFFIXES) - {"v", "junior", "senior"}

_PLACEHOLDER_NAMES = frozenset(
    (
        "test", "tester", "testpatient", "test patient", "unknown", "unk", "unknown unknown", "none", "not known",
        "not recorded", "not given", "n a", "no name", "noname", "nfn", "nln", "fnu", "lnu", "anonymous", "patient",
        "baby", "baby boy", "baby girl", "babyboy", "babygirl", "newborn", "infant", "xx", "xxx", "xxxx", "zz", "zzz",
    )
)  # fmt: skip
_PLACEHOLDER_DATES = frozenset(
    (date(1900, 1, 1), date(1899, 12, 31), date(1899, 12, 30), date(1901, 1, 1), date(1800, 1, 1), date(1, 1, 1),
     date(1111, 11, 11), date(9999, 12, 31), date(9999, 9, 9))
)  # fmt: skip
_SEXES = {"m": "m", "male": "m", "f": "f", "female": "f", "o": "o", "other": "o", "x": "o", "nonbinary": "o"}


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return `text` in small plain letters: accents and apostrophes gone, hyphens and punctuation as one space.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    if text.isascii():
        small = text.lower()
        if small.isalpha():
            return small
    else:
        small = unicodedata.normalize("NFKD", text.casefold())
        small = "".join(mark for mark in small if not unicodedata.combining(mark)).translate(_LETTERS)
    return _NOT_A_LETTER.sub(" ", small.translate(_APOSTROPHES)).strip()


@lru_cache(maxsize=8192)
def as_written(text: str) -> str:
    """Return `text` as a person would read it aloud from the record: one form of Unicode, spaces and capitals.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    if text.isascii():
        if text.isalpha():
            return text.lower()
    else:
        text = unicodedata.normalize("NFC", text).replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    return " ".join(text.casefold().split())


def is_placeholder(text: str) -> bool:
    """True for an empty name and for a word that stands where a name should.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return _stands_for_no_name(tuple(fold(text).split()))


def _stands_for_no_name(words: tuple[str, ...]) -> bool:
    if len(words) == 1 and words[0].isalpha():
        return words[0] in _PLACEHOLDER_NAMES
    return " ".join(words) in _PLACEHOLDER_NAMES or not any(mark.isalpha() for word in words for mark in word)


def real_birth_date(born: date | None) -> date | None:
    """Leave out a date that programs put where none was given.

    Parameters
    ----------
    born : date or None

    Returns
    -------
    date or None
    """
    return None if born is None or born in _PLACEHOLDER_DATES else born


def sex_code(text: str) -> str:
    """Return the code of a sex; unknown counts as missing.

    Parameters
    ----------
    text : str

    Returns
    -------
    {"m", "f", "o", ""}
    """
    return _SEXES.get(text.strip().lower(), "")


@lru_cache(maxsize=4096)
def phone_digits(text: str) -> str:
    """Return the digits of a phone number.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Ten digits of a North American number without extension, others as they are; ``""`` for none or a filler.
    """
    digits = text if text.isdigit() else _NOT_A_DIGIT.sub("", _EXTENSION.split(text, maxsplit=1)[0])
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return "" if len(digits) < 7 or len(set(digits)) == 1 or digits[-7:] in ("5551212", "1234567") else digits


@lru_cache(maxsize=4096)
def zip_digits(text: str) -> str:
    """Return the first five digits of a ZIP code.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        ``""`` for none or a filler.
    """
    digits = _NOT_A_DIGIT.sub("", text)[:5]
    return "" if len(digits) < 5 or digits in ("00000", "99999", "12345") else digits


def suffix_code(text: str) -> str:
    """Return the code of a generational suffix.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        ``jr``, ``sr``, ``ii``, ``iii``, ``iv``, ``v``; another suffix folded; ``""`` for none.
    """
    folded = fold(text)
    return SUFFIXES.get(folded, folded)


def without_particles(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a last name without de, van, al and the like.

    Parameters
    ----------
    words : tuple of str
        Folded.

    Returns
    -------
    tuple of str
        All of them when nothing else is there.
    """
    if len(words) < 2:
        return words
    rest = tuple(word for word in words if word not in PARTICLES)
    return rest or words


class SplitName(NamedTuple):
    """A last or first name without the suffix that was written into it.

    Attributes
    ----------
    words : tuple of str
        Folded.
    suffix : str
        Its code, or ``""``.
    """

    words: tuple[str, ...]
    suffix: str


@lru_cache(maxsize=8192)
def split_name(text: str) -> SplitName:
    """Fold a name and part the generational suffix from it.

    Parameters
    ----------
    text : str

    Returns
    -------
    SplitName
        A placeholder has no words.
    """
    if text.isascii() and text.isalpha():
        word = text.lower()
        return SplitName(() if word in _PLACEHOLDER_NAMES else (word,), "")
    words = tuple(fold(text).split())
    suffix = ""
    if len(words) > 1 and words[-1] in _SUFFIX_IN_A_NAME:
        suffix, words = SUFFIXES[words[-1]], words[:-1]
    return SplitName(() if _stands_for_no_name(words) else words, suffix)


class Prepared(NamedTuple):
    """A person in the form in which two are compared.

    Attributes
    ----------
    last_written, first_written : str
        As a person would read them aloud.
    last : tuple of str
        Folded words of the last name.
    given : tuple of str
        Folded first and middle names.
    first_count : int
        How many of them are first names.
    suffix, sex, phone, zip : str
        Their codes or digits; ``""`` for missing.
    born : date or None
    preferred : str
        Folded.
    """

    last_written: str
    last: tuple[str, ...]
    first_written: str
    given: tuple[str, ...]
    first_count: int
    suffix: str
    born: date | None
    sex: str
    phone: str
    zip: str
    preferred: str


def prepare(person: PersonRecord) -> Prepared:
    """Bring a person to the form in which two are compared.

    Parameters
    ----------
    person : PersonRecord

    Returns
    -------
    Prepared
    """
    last, suffix_in_last = split_name(person.lastname)
    first, suffix_in_first = split_name(person.firstname)
    middle = split_name(person.middlename).words if person.middlename else ()
    suffix = suffix_code(person.suffix) if person.suffix else ""
    return Prepared(
        as_written(person.lastname),
        last,
        as_written(f"{person.firstname} {person.middlename}" if person.middlename else person.firstname),
        first + middle if first else (),
        len(first),
        suffix or suffix_in_last or suffix_in_first,
        real_birth_date(person.born),
        sex_code(person.sex),
        phone_digits(person.phone) if person.phone else "",
        zip_digits(person.zip) if person.zip else "",
        fold(person.preferredname) if person.preferredname else "",
    )
