"""Put the candidates of a search in order, and name those that can't be told apart at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kinometric.matching.comparing import Comparison, compare_prepared
from kinometric.matching.normalising import prepare
from kinometric.matching.values import Band, PersonRecord
from kinometric.matching.weights import CLOSE_CALL_MARGIN


@dataclass(frozen=True)
class RankedCandidate:
    """A candidate in its place.

    Attributes
    ----------
    index : int
        Its place in the list that was handed in.
    comparison : Comparison
    """

    index: int
    comparison: Comparison

    @property
    def band(self) -> Band:
        """The word for how much speaks for it."""
        return self.comparison.band


@dataclass(frozen=True)
class CloseCall:
    """Another candidate that must be looked at before linking, and why.

    Attributes
    ----------
    index : int
        Its place in the list that was handed in.
    sentence : str
        Holds no value.
    """

    index: int
    sentence: str


@dataclass(frozen=True)
class Ranking:
    """The candidates, best first.

    Attributes
    ----------
    candidates : tuple of RankedCandidate
    """

    candidates: tuple[RankedCandidate, ...]

    def band(self, band: Band) -> tuple[RankedCandidate, ...]:
        """Return the candidates of one band.

        Parameters
        ----------
        band : Band

        Returns
        -------
        tuple of RankedCandidate
        """
        return tuple(candidate for candidate in self.candidates if candidate.band == band)

    def close_calls(self, index: int) -> tuple[CloseCall, ...]:
        """The candidates that are close to the compared one, those of the same year and last name first.

        Parameters
        ----------
        index : int
            The compared candidate's place in the list that was handed to :func:`rank`.

        Returns
        -------
        tuple of CloseCall
            Every other candidate within the margin of weight, and every twin, namesake, father or son.
        """
        opened = next(candidate for candidate in self.candidates if candidate.index == index)
        near = [
            (abs(opened.comparison.weight_bits - other.comparison.weight_bits), other)
            for other in self.candidates
            if other.index != index and _close(opened.comparison, other.comparison)
        ]
        near.sort(key=lambda pair: (pair[1].comparison.years_differ, _other_last_name(pair[1].comparison), pair[0]))
        return tuple(CloseCall(other.index, _why(other.comparison)) for _, other in near)


def rank(ours: PersonRecord, candidates: Sequence[PersonRecord]) -> Ranking:
    """Compare every candidate with our record and put the weightiest first.

    Nothing is dropped and nothing is chosen: a damaged birth date moves a record down, it never hides it.

    Parameters
    ----------
    ours : PersonRecord
    candidates : sequence of PersonRecord

    Returns
    -------
    Ranking
    """
    prepared = prepare(ours)
    ranked = [
        RankedCandidate(index, compare_prepared(ours, prepared, person)) for index, person in enumerate(candidates)
    ]
    ranked.sort(key=lambda candidate: (-candidate.comparison.weight_bits, candidate.index))
    order = {"strong": 0, "possible": 1, "weak": 2}
    ranked.sort(key=lambda candidate: order[candidate.band])
    return Ranking(tuple(ranked))


def _other_last_name(other: Comparison) -> bool:
    return other.levels["lastname"] not in ("same", "written")


def _close(opened: Comparison, other: Comparison) -> bool:
    if other.band == "weak":
        return False
    if abs(opened.weight_bits - other.weight_bits) <= CLOSE_CALL_MARGIN:
        return True
    last = other.verdict("lastname") in ("same", "close", "swapped")
    first = other.verdict("firstname") in ("same", "close", "swapped")
    born = other.verdict("born") in ("same", "swapped")
    return last and (first or born)


def _why(other: Comparison) -> str:
    born, first = other.levels["born"], other.verdict("firstname")
    if other.verdict("suffix") == "differs":
        return "The suffix differs: perhaps father and son. Ask for the date."
    if born == "same" and first == "differs":
        return "The birth date is Kinometric’s: perhaps a twin. Read both back."
    if born == "same":
        return "The birth date is Kinometric’s. Read it back with the patient."
    if born == "swapped":
        return "Day and month are swapped there. Read the date back with the patient."
    if other.years_differ and first in ("same", "close"):
        return "Much the same name, another year of birth. Ask for the date."
    return "Hard to tell apart. Read name and date back with the patient."
