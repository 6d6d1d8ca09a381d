"""Compare two sessions with the measurement error, once that has been measured."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from kinometric.scoring.values import ENGINE_VERSION

_FEWEST_PAIRS = 20


@dataclass(frozen=True)
class MeasurementError:
    """What `kinometric validate` measured by repeated recordings.

    Attributes
    ----------
    mdc95_score : float
        Smallest difference in points that repetition alone exceeds in one of twenty cases.
    pairs, people : int
    engine : str
        The version it was measured with; another version's is not used.
    """

    mdc95_score: float
    pairs: int
    people: int
    engine: str

    def __post_init__(self) -> None:
        if not self.mdc95_score > 0.0:
            raise ValueError("A measurement error is a positive number of points.")


@dataclass(frozen=True)
class Change:
    """The difference between two scores of one stance.

    Attributes
    ----------
    difference : float
        Later minus earlier, points.
    verdict : {"error_not_established", "within_error", "better", "worse"}
        An arrow may be drawn for the last two only.
    sentence : str
    """

    difference: float
    verdict: Literal["error_not_established", "within_error", "better", "worse"]
    sentence: str


def change(earlier: float, later: float, error: MeasurementError | None) -> Change:
    """Compare two scores of one stance.

    Parameters
    ----------
    earlier, later : float
        Unrounded scores.
    error : MeasurementError or None
        None until it has been measured; one of another engine version counts as None.

    Returns
    -------
    Change
    """
    difference = later - earlier
    if error is None or error.engine != ENGINE_VERSION:
        return Change(difference, "error_not_established", "Measurement error not established.")
    if abs(difference) < error.mdc95_score:
        sentence = f"Smaller than the measurement error of {error.mdc95_score:.1f} points."
        return Change(difference, "within_error", sentence)
    better = difference > 0.0
    sentence = (
        f"{'Better' if better else 'Worse'} by more than the measurement error of {error.mdc95_score:.1f} points."
    )
    return Change(difference, "better" if better else "worse", sentence)


def write_measurement_error(path: Path, error: MeasurementError) -> None:
    """Write a measured error as JSON, for the place that uses it.

    Raises
    ------
    ValueError
        When it comes from fewer than twenty pairs: too thin to draw arrows from.
    OSError
    """
    if error.pairs < _FEWEST_PAIRS:
        raise ValueError(f"{error.pairs} repeated recordings are too few; {_FEWEST_PAIRS} are needed.")
    path.write_text(json.dumps(asdict(error), indent=2) + "\n", encoding="utf-8")


def read_measurement_error(path: Path) -> MeasurementError:
    """Read what `write_measurement_error` wrote.

    Raises
    ------
    ValueError
        When the file is not of that form.
    OSError
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return MeasurementError(
            float(content["mdc95_score"]), int(content["pairs"]), int(content["people"]), str(content["engine"])
        )
    except (json.JSONDecodeError, KeyError, TypeError):
        raise ValueError("The file does not hold a measurement error.") from None
