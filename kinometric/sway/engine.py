"""The engine's data file: window, filters, thresholds, quality limits, anchors, levels, each with its source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeVar

from kinometric.resources import resource_path

ENGINE_FILE = "engine/engine-1.json"


@dataclass(frozen=True)
class EventThresholds:
    """Limits of the loss-of-balance detector; each has its source in the engine's data file.

    Attributes
    ----------
    impact_m_s2 : float
        Departure of the acceleration's length from gravity.
    lean_deg, lean_mean_s, lean_reference_s : float
        Tilt of the moving mean from the mean of the first seconds, and how long both are.
    burst_m_s2, burst_window_s, burst_for_s : float
        Horizontal RMS over a window, and for how long it must be beyond that.
    stepping_correlation : float
        Share, 0 to 1, that the vertical repeats itself by.
    stepping_lag_from_s, stepping_lag_to_s : float
        Shortest and longest step.
    stepping_rms_m_s2, stepping_window_s : float
        Least vertical RMS, and the window that is looked at.
    hop_free_g, hop_free_s : float
        Acceleration below which the phone falls, and for how long at least.
    hop_landing_g, hop_landing_within_s : float
        Acceleration of the landing, and how soon it must follow.
    unsure_first_s, unsure_last_s : float
        Events this close to the ends of the window wait for a person.
    """

    impact_m_s2: float
    lean_deg: float
    lean_mean_s: float
    lean_reference_s: float
    burst_m_s2: float
    burst_window_s: float
    burst_for_s: float
    stepping_correlation: float
    stepping_lag_from_s: float
    stepping_lag_to_s: float
    stepping_rms_m_s2: float
    stepping_window_s: float
    hop_free_g: float
    hop_free_s: float
    hop_landing_g: float
    hop_landing_within_s: float
    unsure_first_s: float
    unsure_last_s: float


@dataclass(frozen=True)
class QualityLimits:
    """Limits of what is fit to score; each has its source in the engine's data file.

    Attributes
    ----------
    slowest_rate_hz : float
    longest_gap_s : float
    gravity_warn, gravity_reject : float
        Share by which gravity may be off.
    gravity_free_below_m_s2 : float
    worn_rms_m_s2, worn_rms_short_m_s2 : float
        Typical sway of a worn phone at least, in a long and in a short stance.
    worn_judged_from_s : float
        From where a stance is long.
    still_rms_m_s2, still_s : float
        A phone whose sway within half a second stays below this for so long lies on something.
    noise_ratio : float
        Power density below 3.5 Hz over that of 5 to 12 Hz; 1 for white noise.
    noise_rms_m_s2 : float
        Sway above which noise is not looked for.
    orientation_deg : float
    shortest_s : float
    clip_samples : float
        Number of equal extreme samples in a row.
    frozen_s : float
        How long a sensor may repeat one value.
    shaking_m_s2, shaking_ratio : float
        Vertical RMS, and its ratio to the horizontal one, of a phone that is shaken.
    """

    slowest_rate_hz: float
    longest_gap_s: float
    gravity_warn: float
    gravity_reject: float
    gravity_free_below_m_s2: float
    worn_rms_m_s2: float
    worn_rms_short_m_s2: float
    worn_judged_from_s: float
    still_rms_m_s2: float
    still_s: float
    noise_ratio: float
    noise_rms_m_s2: float
    orientation_deg: float
    shortest_s: float
    clip_samples: float
    frozen_s: float
    shaking_m_s2: float
    shaking_ratio: float


@dataclass(frozen=True)
class Filters:
    """Rate and cut-off frequencies.

    Attributes
    ----------
    rate_hz : float
    low_pass_hz, low_pass_order : float
        Cut-off, and order (without a unit) of one pass of the filter for the measures.
    event_low_pass_hz : float
    anti_alias_hz : float
    """

    rate_hz: float
    low_pass_hz: float
    low_pass_order: float
    event_low_pass_hz: float
    anti_alias_hz: float


@dataclass(frozen=True)
class WindowLimits:
    """The window and its measured part, seconds from the start of the window.

    Attributes
    ----------
    length_s : float
    measured_from_s, measured_to_s : float
        The measured part.
    held_from_s : float
        A recording that ends here or later without a loss counts as held.
    """

    length_s: float
    measured_from_s: float
    measured_to_s: float
    held_from_s: float


@dataclass(frozen=True)
class Anchors:
    """Resultant RMS that gives full and no points for steadiness.

    Attributes
    ----------
    best_m_s2, worst_m_s2 : float
    """

    best_m_s2: float
    worst_m_s2: float


@dataclass(frozen=True)
class LevelBand:
    """A level and the lowest score that belongs to it.

    Attributes
    ----------
    level : {"critical", "high", "moderate", "low"}
    lowest_score : float
        Points.
    meaning : str
        In words that a clinician can check.
    """

    level: str
    lowest_score: float
    meaning: str


@dataclass(frozen=True)
class Engine:
    """Everything that engine 1 takes from its data file.

    Attributes
    ----------
    version : str
    window : WindowLimits
    filters : Filters
    events : EventThresholds
    quality : QualityLimits
    anchors : mapping of stance to Anchors
    anchors_placement : str
        Where the phone must be worn for them.
    anchors_source : str
    levels : tuple of LevelBand
        The lowest first.
    levels_source : str
    hold_gap_s : float
    hold_ratio : float
        Shorter over longer hold below which a gap is flagged.
    rms_factor : float
        Factor of RMS beyond which a gap is flagged.
    most_repeats : int
    """

    version: str
    window: WindowLimits
    filters: Filters
    events: EventThresholds
    quality: QualityLimits
    anchors: Mapping[str, Anchors]
    anchors_placement: str
    anchors_source: str
    levels: tuple[LevelBand, ...]
    levels_source: str
    hold_gap_s: float
    hold_ratio: float
    rms_factor: float
    most_repeats: int


_Group = TypeVar("_Group")


@cache
def engine() -> Engine:
    """Return engine 1, read once from ``resources/engine/engine-1.json``.

    Returns
    -------
    Engine

    Raises
    ------
    FileNotFoundError
        When the installation is incomplete.
    """
    content: dict[str, Any] = json.loads(resource_path(ENGINE_FILE).read_text(encoding="utf-8"))
    score, session = content["score"], content["session"]
    return Engine(
        version=content["engine"],
        window=_group(WindowLimits, content["window"]),
        filters=_group(Filters, content["filter"]),
        events=_group(EventThresholds, content["events"]),
        quality=_group(QualityLimits, content["quality"]),
        anchors={stance: Anchors(a["best"], a["worst"]) for stance, a in score["anchors_m_s2"].items()},
        anchors_placement=score["anchors_placement"],
        anchors_source=score["anchors_source"],
        levels=tuple(LevelBand(band["level"], band["from"], band["meaning"]) for band in score["levels"]),
        levels_source=score["levels_source"],
        hold_gap_s=session["hold_gap_s"]["value"],
        hold_ratio=session["hold_ratio"]["value"],
        rms_factor=session["rms_factor"]["value"],
        most_repeats=session["most_repeats"],
    )


def _group(kind: type[_Group], entries: Mapping[str, Mapping[str, Any]]) -> _Group:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: float(entries[name]["value"]) for name in names})
