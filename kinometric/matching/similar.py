"""Are two patients of one practice easily taken for each other? The worklist's warning."""

from __future__ import annotations

from rapidfuzz.distance import JaroWinkler

from kinometric.matching.names import TYPING_ERROR
from kinometric.matching.nicknames import is_nickname
from kinometric.matching.normalising import split_name, without_particles
from kinometric.matching.phonetics import sounds_like
from kinometric.matching.values import Demographics


def similar_names(one: Demographics, other: Demographics) -> bool:
    """True when two people's names are the same, sound alike or differ by a typing error.

    Last names and first names must both be similar; a shared last name alone is a family, not a risk. A twin's name
    counts as similar when its first letter and length are those of the other (Mario, Maria).

    Parameters
    ----------
    one, other : Demographics

    Returns
    -------
    bool
    """
    last_one, last_other = split_name(one.lastname).words, split_name(other.lastname).words
    first_one, first_other = split_name(one.firstname).words, split_name(other.firstname).words
    if not (last_one and last_other and first_one and first_other):
        return False
    return _similar_last(last_one, last_other) and _similar_first(first_one[0], first_other[0])


def similar_name_keys(lastname: str, firstname: str) -> tuple[str, str]:
    """Keys under which similar names can be looked up: how the last name sounds, and the first letter of the first.

    Two people whose names are :func:`similar_names` nearly always share both; use it to narrow, then ask the function.

    Parameters
    ----------
    lastname, firstname : str

    Returns
    -------
    tuple of str
    """
    last, first = split_name(lastname).words, split_name(firstname).words
    return sounds_like("".join(without_particles(last))), first[0][:1] if first else ""


def surely_similar_key(lastname: str, firstname: str) -> str:
    """A key of both names as wholes: people who share it are :func:`similar_names`, without their names being compared.

    Others may be similar too; this one only makes many of a kind quick to count.

    Parameters
    ----------
    lastname, firstname : str

    Returns
    -------
    str
        Empty where a name has no letter.
    """
    last, first = without_particles(split_name(lastname).words), split_name(firstname).words
    if not last or not first:
        return ""
    joined = "".join(last)
    return f"{joined[0]}{sounds_like(joined)}/{first[0][0]}{sounds_like(first[0])}"


def _similar_last(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    core_one, core_other = without_particles(one), without_particles(other)
    if set(core_one) & set(core_other):
        return True
    joined_one, joined_other = "".join(core_one), "".join(core_other)
    if JaroWinkler.similarity(joined_one, joined_other) >= TYPING_ERROR:
        return True
    return joined_one[0] == joined_other[0] and sounds_like(joined_one) == sounds_like(joined_other)


def _similar_first(one: str, other: str) -> bool:
    if one == other or is_nickname(one, other) or JaroWinkler.similarity(one, other) >= TYPING_ERROR:
        return True
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    return one[0] == other[0] and sounds_like(one) == sounds_like(other)
