"""How far two last names, two first names, or names in each other's place agree."""

from __future__ import annotations

from rapidfuzz.distance import OSA, JaroWinkler

from kinometric.matching.nicknames import is_known_first_name, is_nickname
from kinometric.matching.normalising import PARTICLES, Prepared, without_particles
from kinometric.matching.phonetics import sounds_like
from kinometric.matching.values import Verdict

TYPING_ERROR = 0.92
"""Jaro-Winkler from which two names are taken for one with a typing error."""
ALIKE = 0.85
"""Jaro-Winkler below which two names have nothing to do with each other."""

LAST_NAME_VERDICTS: dict[str, Verdict] = {
    "same": "same",
    "written": "close",
    "part": "close",
    "typing": "close",
    "sound": "close",
    "alike": "differs",
    "differs": "differs",
    "missing": "missing",
    "swapped": "swapped",
}
FIRST_NAME_VERDICTS: dict[str, Verdict] = {
    "same": "same",
    "written": "close",
    "middle_missing": "close",
    "middle_initial": "close",
    "middle_differs": "close",
    "nickname": "close",
    "initial": "close",
    "middle_used": "close",
    "typing": "close",
    "differs": "differs",
    "missing": "missing",
    "swapped": "swapped",
}


def last_name_level(ours: Prepared, theirs: Prepared) -> str:
    """Say how far two last names agree.

    Parameters
    ----------
    ours, theirs : Prepared

    Returns
    -------
    str
        A key of ``LAST_NAME_VERDICTS``.
    """
    if not ours.last or not theirs.last:
        return "missing"
    if ours.last == theirs.last:
        return "same" if _same_but_suffix(ours.last_written, theirs.last_written, ours.last) else "written"
    one, other = "".join(ours.last), "".join(theirs.last)
    if one == other:
        return "written"
    if len(ours.last) > 1 or len(theirs.last) > 1:
        one_words, other_words = without_particles(ours.last), without_particles(theirs.last)
        if "".join(one_words) == "".join(other_words):
            return "written"
        if any(len(word) > 1 and word not in PARTICLES and word in other_words for word in one_words):
            return "part"
    likeness = JaroWinkler.similarity(one, other, score_cutoff=ALIKE)
    if likeness >= TYPING_ERROR or (min(len(one), len(other)) >= 5 and _one_slip(one, other)):
        return "typing"
    if likeness < ALIKE:
        return "differs"
    return "sound" if sounds_like(one) == sounds_like(other) else "alike"


def _same_but_suffix(one: str, other: str, words: tuple[str, ...]) -> bool:
    if one == other:
        return True
    # "Okafor Jr" and "Okafor" with the suffix in a field of its own are the same last name.
    plain = " ".join(words)
    return one.startswith(plain) and other.startswith(plain)


def _one_slip(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1


def first_name_level(ours: Prepared, theirs: Prepared) -> str:
    """Say how far two first names, each with its middle names, agree.

    Parameters
    ----------
    ours, theirs : Prepared

    Returns
    -------
    str
        A key of ``FIRST_NAME_VERDICTS``.
    """
    if not ours.given or not theirs.given:
        return "missing"
    if ours.given == theirs.given:
        return "same" if ours.first_written == theirs.first_written else "written"
    if "".join(ours.given) == "".join(theirs.given):
        return "written"
    one, other = ours.given[0], theirs.given[0]
    if one == other:
        return _middle_level(ours.given[1:], theirs.given[1:])
    if _one_written_apart(ours, theirs):
        return "written"
    if len(one) == 1 or len(other) == 1:
        return "initial" if one[0] == other[0] else "differs"
    if is_nickname(one, other) or one == theirs.preferred or other == ours.preferred:
        return "nickname"
    if one in theirs.given[1:] or other in ours.given[1:]:
        return "middle_used"
    return "typing" if _mistyped_first_name(one, other) else "differs"


def _one_written_apart(ours: Prepared, theirs: Prepared) -> bool:
    # "Mary-Ann" and "Maryann"
    one, other = "".join(ours.given[: ours.first_count]), "".join(theirs.given[: theirs.first_count])
    return one == other


def _middle_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    if not ours or not theirs:
        return "middle_missing"
    if ours[0] == theirs[0]:
        return "middle_missing"
    if ours[0][0] == theirs[0][0] and (len(ours[0]) == 1 or len(theirs[0]) == 1):
        return "middle_initial"
    return "middle_differs"


def _mistyped_first_name(one: str, other: str) -> bool:
    slip = min(len(one), len(other)) >= 5 and _one_slip(one, other)
    if not slip and JaroWinkler.similarity(one, other, score_cutoff=TYPING_ERROR) < TYPING_ERROR:
        return False
    if _gender_endings(one, other):
        return False
    # Two known names that sound different are two people's names, however few letters part them.
    return not (is_known_first_name(one) and is_known_first_name(other)) or sounds_like(one) == sounds_like(other)


def _gender_endings(one: str, other: str) -> bool:
    """True for Mario and Maria, Paul and Paula: one letter at the end tells brother from sister."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} == {"a", "o"}
    return long == short + "a"


def names_swapped(ours: Prepared, theirs: Prepared) -> bool:
    """True when first and last name stand in each other's place.

    Parameters
    ----------
    ours, theirs : Prepared

    Returns
    -------
    bool
    """
    if not (ours.last and theirs.last and ours.given and theirs.given):
        return False
    return _nearly(ours.last, theirs.given[: theirs.first_count]) and _nearly(
        ours.given[: ours.first_count], theirs.last
    )


def _nearly(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one == other:
        return True
    return one[0][0] == other[0][0] and (
        JaroWinkler.similarity("".join(one), "".join(other), score_cutoff=TYPING_ERROR) >= TYPING_ERROR
    )
