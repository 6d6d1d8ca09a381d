"""A key that is equal for names that sound alike in American English: Metaphone, simplified."""

from __future__ import annotations

import re
from functools import lru_cache

from kinometric.matching.normalising import fold

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"^(?:gn|kn|pn)", "n"),
        (r"^wr", "r"),
        (r"^wh", "w"),
        (r"^x", "s"),
        (r"^(?:mac|mc)(?=.)", "mk"),
        (r"mb$", "m"),
        (r"ph", "f"),
        (r"sch", "x"),
        (r"t?ch|cz", "x"),
        (r"sh|(?<=.)(?:s|t)i(?=[ao])", "x"),
        (r"th", "0"),
        (r"dg(?=[eiy])", "j"),
        (r"gh(?=[^aeiouy]|$)", ""),
        (r"gh", "g"),
        (r"ck", "k"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"g(?=[eiy])", "j"),
        (r"z", "s"),
        (r"v", "f"),
        (r"x", "x"),
        (r"d(?=t)|t(?=d)", ""),
        (r"(?<=[aeiouy])h(?![aeiouy])", ""),
        (r"(?<=[bdfgjklmnprst])h", ""),
        (r"w(?![aeiouy])", ""),
        (r"y(?=[aeiou])", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.)[aeiouy]+", ""),
        (r"(.)\1+", r"\1"),
    )
)
_FIRST_VOWEL = re.compile(r"^[aeiouy]+")


@lru_cache(maxsize=8192)
def sounds_like(name: str) -> str:
    """Return the key of one name: equal keys sound alike, an empty key says nothing.

    Parameters
    ----------
    name : str
        A last or first name; several words are taken as one.

    Returns
    -------
    str
        For example ``"sm0"`` for Smith and Smyth. Built after Philips, "Hanging on the Metaphone", Computer
        Language 7 (1990), with fewer rules; it only ever makes two names *close*.
    """
    key = fold(name).replace(" ", "")
    for pattern, sound in _RULES:
        key = pattern.sub(sound, key)
    return _FIRST_VOWEL.sub("a", key)
