"""An instrument as it stands in resources/questionnaires: its items, points, threshold, codes and source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kinometric.resources import resource_path

ItemKind = Literal["yes_no", "seconds", "count"]
InstrumentKind = Literal["points", "any_yes", "stages"]
Answer = bool | int | float | str
INSTRUMENT_IDS = ("stay_independent", "three_key_questions", "four_stage", "timed_up_and_go", "chair_stand")


@dataclass(frozen=True)
class Item:
    """One question or one timed stage.

    Attributes
    ----------
    id : str
        The key of its answer.
    kind : {"yes_no", "seconds", "count"}
    text : str
        As the source words it.
    short : str
        As a report names it.
    why : str
        The source's "why it matters"; may be empty.
    points : int
        For a yes.
    most : float or None
        Largest value that is accepted.
    asked_if : str or None
        Id of the item that must be answered with yes for this one to be asked.
    loinc : str or None
        Only where the code's meaning was confirmed in a source.
    """

    id: str
    kind: ItemKind
    text: str
    short: str
    why: str = ""
    points: int = 0
    most: float | None = None
    asked_if: str | None = None
    loinc: str | None = None


@dataclass(frozen=True)
class Instrument:
    """A questionnaire or a set of timed stages.

    Attributes
    ----------
    id, name : str
    kind : {"points", "any_yes", "stages"}
    items : tuple of Item
    note : str
        What the total means, in a sentence.
    source : str
        Publication and terms of use.
    at_risk_from : int or None
        Points from which the source speaks of risk.
    at_risk_item : str or None
        Item that decides by itself: a yes, or a time beyond the limit.
    at_risk_below, at_risk_from_seconds : float or None
        The limit of that time in seconds.
    validated_from_age : int or None
    loinc_panel, loinc_total : str or None
    """

    id: str
    name: str
    kind: InstrumentKind
    items: tuple[Item, ...]
    note: str
    source: str
    at_risk_from: int | None = None
    at_risk_item: str | None = None
    at_risk_below: float | None = None
    at_risk_from_seconds: float | None = None
    validated_from_age: int | None = None
    loinc_panel: str | None = None
    loinc_total: str | None = None

    @property
    def most_points(self) -> int:
        """The largest total."""
        return sum(item.points for item in self.items)

    def item(self, key: str) -> Item:
        """Return an item by its id.

        Parameters
        ----------
        key : str

        Returns
        -------
        Item

        Raises
        ------
        KeyError
            When there is none of that id.
        """
        for item in self.items:
            if item.id == key:
                return item
        raise KeyError(key)


@cache
def instrument(key: str) -> Instrument:
    """Return an instrument by its id.

    Parameters
    ----------
    key : str
        One of `INSTRUMENT_IDS`.

    Returns
    -------
    Instrument
        Read once from ``resources/questionnaires``; its source stands in it.

    Raises
    ------
    KeyError
        When there is none of that id.
    """
    if key not in INSTRUMENT_IDS:
        raise KeyError(key)
    stored: dict[str, Any] = json.loads(resource_path(f"questionnaires/{key}.json").read_text(encoding="utf-8"))
    items = tuple(Item(**item) for item in stored.pop("items"))
    return Instrument(items=items, **stored)


def instruments() -> tuple[Instrument, ...]:
    """Return all instruments in the order in which they are offered.

    Returns
    -------
    tuple of Instrument
    """
    return tuple(instrument(key) for key in INSTRUMENT_IDS)
