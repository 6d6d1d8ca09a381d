"""How a trial compares with people of its age: Springer's holds with eyes closed, Araujo's table with eyes open."""

from __future__ import annotations

import itertools
import json
import math
from functools import cache
from typing import Any

from kinometric.resources import resource_path
from kinometric.scoring.formula import steadiness
from kinometric.scoring.values import AgeView, Level

_EYES_CLOSED = "norms/springer-2007-eyes-closed.json"
_EYES_OPEN = "norms/araujo-2022-eyes-open.json"


def age_view(
    stance: str, age_years: float, hold_s: float | None, *, held_full: bool = False, rms_m_s2: float | None = None
) -> AgeView:
    """Compare a hold with people of the same age.

    Parameters
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}
    age_years : float
    hold_s : float or None
        Without it only the table's figures are given.
    held_full : bool
    rms_m_s2 : float or None
        Places a full hold within those who hold 10 s or longer.

    Returns
    -------
    AgeView
        Eyes closed with a percentile and a level, eyes open with the share that does not reach 10 s. Outside the
        table's ages everything but the sentence is None.

    Raises
    ------
    ValueError
        When the age is not a number from 0 to 130.
    """
    if not 0.0 <= age_years <= 130.0:
        raise ValueError("An age lies between 0 and 130 years.")
    if stance.endswith("EC"):
        return _eyes_closed(stance, age_years, hold_s, held_full, rms_m_s2)
    return _eyes_open(age_years)


def hold_percentile(hold_s: float, age_years: float) -> float:
    """Return the share in percent of healthy people of this age whose best hold with eyes closed is shorter.

    Parameters
    ----------
    hold_s : float
    age_years : float

    Returns
    -------
    float
        0 to 100, by a log-normal whose median and sigma are linear in age between the groups' centres.
    """
    if hold_s <= 0.0:
        return 0.0
    median, sigma = _closed_parameters(age_years)
    return 50.0 * math.erfc((math.log(median) - math.log(hold_s)) / (sigma * math.sqrt(2.0)))


@cache
def _table(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(resource_path(name).read_text(encoding="utf-8"))
    return content


def _closed_parameters(age_years: float) -> tuple[float, float]:
    bands = _table(_EYES_CLOSED)["bands"]
    if age_years <= bands[0]["centre_years"]:
        return bands[0]["median_s"], bands[0]["sigma"]
    for younger, older in itertools.pairwise(bands):
        if age_years <= older["centre_years"]:
            share = (age_years - younger["centre_years"]) / (older["centre_years"] - younger["centre_years"])
            return (
                younger["median_s"] + share * (older["median_s"] - younger["median_s"]),
                younger["sigma"] + share * (older["sigma"] - younger["sigma"]),
            )
    return bands[-1]["median_s"], bands[-1]["sigma"]


def _closed_band(age_years: float) -> str | None:
    table = _table(_EYES_CLOSED)
    if not table["youngest_years"] <= age_years <= table["oldest_years"]:
        return None
    for band in reversed(table["bands"]):
        if age_years >= float(band["band"].rstrip("+").split("-")[0]):
            name: str = band["band"]
            return name
    return None


def _eyes_closed(
    stance: str, age_years: float, hold_s: float | None, held_full: bool, rms_m_s2: float | None
) -> AgeView:
    table = _table(_EYES_CLOSED)
    band = _closed_band(age_years)
    if band is None:
        sentence = f"No table covers this age; it holds ages {table['youngest_years']} to {table['oldest_years']}."
        return _view(table, age_years, sentence=sentence)
    median = _closed_parameters(age_years)[0]
    if hold_s is None:
        sentence = f"Half of healthy people of this age hold {median:.1f} s or longer with eyes closed."
        return _view(table, age_years, band=band, expected_hold_s=median, sentence=sentence)
    percentile = hold_percentile(hold_s, age_years)
    if held_full:
        # Nobody is timed past 10 s here: the sway tells how far into the group of those who hold 10 s.
        reached = hold_percentile(10.0, age_years)
        percentile = reached + (100.0 - reached) * (0.0 if rms_m_s2 is None else steadiness(rms_m_s2, stance))
    level: Level = "critical"
    for entry in table["levels"]:
        if percentile >= entry["from_percentile"]:
            level = entry["level"]
    sentence = (
        f"About {percentile:.0f} of 100 healthy people of this age have a shorter best hold with eyes closed "
        f"(half hold {median:.1f} s or longer)."
    )
    return _view(
        table,
        age_years,
        band=band,
        percentile=percentile,
        expected_hold_s=median,
        level=level,
        sentence=sentence,
    )


def _eyes_open(age_years: float) -> AgeView:
    table = _table(_EYES_OPEN)
    if not table["youngest_years"] <= age_years < table["oldest_years"] + 1:
        sentence = f"No table covers this age; it holds ages {table['youngest_years']} to {table['oldest_years']}."
        return _view(table, age_years, sentence=sentence)
    row = next(band for band in reversed(table["bands"]) if age_years >= band["from_years"])
    sentence = (
        f"Of people aged {row['band'].replace('-', ' to ')}, {row['fail_10_s_percent']:.1f} % did not hold 10 s with "
        "eyes open in up to three attempts on either leg."
    )
    return _view(table, age_years, band=row["band"], fail_10_s_percent=row["fail_10_s_percent"], sentence=sentence)


def _view(
    table: dict[str, Any],
    age_years: float,
    *,
    sentence: str,
    band: str | None = None,
    percentile: float | None = None,
    expected_hold_s: float | None = None,
    fail_10_s_percent: float | None = None,
    level: Level | None = None,
) -> AgeView:
    return AgeView(
        condition=table["condition"],
        age_years=age_years,
        band=band,
        percentile=percentile,
        expected_hold_s=expected_hold_s,
        fail_10_s_percent=fail_10_s_percent,
        level=level,
        sentence=sentence,
        evidence=table["evidence"],
        printable=table["printable"],
        source=table["source"],
    )
