"""Compare two sessions with the measurement error, once that has been measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from kinometric.recordings.recording import STANCES
from kinometric.scoring.formula import shown_score
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
        An arrow may be drawn for the last two only; the sentence says no more than higher or lower.
    sentence : str
    """

    difference: float
    verdict: Literal["error_not_established", "within_error", "better", "worse"]
    sentence: str


def usable_error(error: MeasurementError | None) -> MeasurementError | None:
    """Return the error where it was measured with the engine at hand; one of another version counts as none.

    Parameters
    ----------
    error : MeasurementError or None

    Returns
    -------
    MeasurementError or None
    """
    return error if error is not None and error.engine == ENGINE_VERSION else None


def change(earlier: float, later: float, error: MeasurementError | None) -> Change:
    """Compare two scores of one stance.

    Parameters
    ----------
    earlier, later : float
        Unrounded scores, points.
    error : MeasurementError or None
        None until it has been measured; one of another engine version counts as None.

    Returns
    -------
    Change
    """
    difference = later - earlier
    error = usable_error(error)
    if error is None:
        return Change(difference, "error_not_established", "Measurement error not established.")
    if abs(difference) < error.mdc95_score:
        sentence = f"Smaller than the measurement error of {error.mdc95_score:.1f} points."
        return Change(difference, "within_error", sentence)
    better = difference > 0.0
    sentence = (
        f"{'Higher' if better else 'Lower'} by more than the measurement error of {error.mdc95_score:.1f} points."
    )
    return Change(difference, "better" if better else "worse", sentence)


def shown_difference(earlier: float, later: float) -> str:
    """Return the difference of two scores as they are printed, with its sign: +0.6, −0.3 or ±0.0.

    Parameters
    ----------
    earlier, later : float
        Unrounded scores, points.

    Returns
    -------
    str
        Points to one decimal.
    """
    difference = float(shown_score(later)) - float(shown_score(earlier))
    sign = "+" if difference > 0.05 else "−" if difference < -0.05 else "±"
    return f"{sign}{abs(difference):.1f}"


def change_sentences(
    before: Mapping[str, float | None], last: Mapping[str, float | None], error: MeasurementError | None
) -> tuple[str, ...]:
    """Say what may be said of two sessions, the stances together of which the same may be said.

    Parameters
    ----------
    before, last : mapping of stance to score
        Unrounded; None where there is none.
    error : MeasurementError or None

    Returns
    -------
    tuple of str
        For example "LBEO +0.6, RBEO +0.9. Measurement error not established."
    """
    by_verdict: dict[str, list[str]] = {}
    without: list[str] = []
    for name in STANCES:
        then, now = before.get(name), last.get(name)
        if then is None or now is None:
            without.append(name)
            continue
        said = change(then, now, error).sentence
        by_verdict.setdefault(said, []).append(f"{name} {shown_difference(then, now)}")
    sentences = [f"{', '.join(items)}. {said}" for said, items in by_verdict.items()]
    if without:
        sentences.append(f"{', '.join(without)}: nothing to compare.")
    return tuple(sentences)


def write_measurement_error(path: Path, error: MeasurementError) -> None:
    """Write a measured error as JSON, for the place that uses it.

    Parameters
    ----------
    path : Path
    error : MeasurementError

    Raises
    ------
    ValueError
        When it comes from fewer than twenty pairs: too thin to draw arrows from.
    OSError
    """
    if error.pairs < _FEWEST_PAIRS:
        raise ValueError(f"{error.pairs} repeated recordings are too few; {_FEWEST_PAIRS} are needed.")
    path.write_text(measurement_error_json(error) + "\n", encoding="utf-8")


def read_measurement_error(path: Path) -> MeasurementError:
    """Read what `write_measurement_error` wrote.

    Parameters
    ----------
    path : Path

    Returns
    -------
    MeasurementError

    Raises
    ------
    ValueError
        When the file is not of that form.
    OSError
    """
    return parse_measurement_error(path.read_text(encoding="utf-8"))


def measurement_error_json(error: MeasurementError) -> str:
    """Return a measured error as JSON text.

    Parameters
    ----------
    error : MeasurementError

    Returns
    -------
    str
        One JSON object.
    """
    return json.dumps(asdict(error), indent=2)


def parse_measurement_error(text: str) -> MeasurementError:
    """Read the JSON text of a measured error.

    Parameters
    ----------
    text : str

    Returns
    -------
    MeasurementError

    Raises
    ------
    ValueError
        When the text is not of that form, or the error comes from fewer than twenty pairs.
    """
    try:
        content = json.loads(text)
        points = float(content["mdc95_score"])
        if not math.isfinite(points):
            raise ValueError
        error = MeasurementError(points, int(content["pairs"]), int(content["people"]), str(content["engine"]))
    except (ValueError, KeyError, TypeError):
        raise ValueError("The file does not hold a measurement error.") from None
    if error.pairs < _FEWEST_PAIRS:
        raise ValueError(f"{error.pairs} repeated recordings are too few; {_FEWEST_PAIRS} are needed.")
    return error
