"""Every measure of a two-dimensional trace, for the acceleration of the trunk as for the centre of pressure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from kinometric.recordings.recording import FloatArray, RecordingError

CHI_SQUARE_95_2 = -2.0 * float(np.log(0.05))
_FEWEST = 16


@dataclass(frozen=True)
class Definition:
    """What a measure is.

    Attributes
    ----------
    name : str
        Its field of `PlanarMeasures`.
    formula : str
        With x and y the axes without their mean, N samples, rate fs, T = (N - 1)/fs.
    unit : str
        With u the unit of the trace: m/s2 for acceleration, cm for the centre of pressure.
    source : str
    """

    name: str
    formula: str
    unit: str
    source: str


DEFINITIONS: tuple[Definition, ...] = (
    Definition("mdist", "mean sqrt(x² + y²)", "u", "Prieto 1996; DIST of Mancini 2012"),
    Definition("rms", "sqrt(mean(x² + y²))", "u", "Prieto 1996"),
    Definition("rms_1", "sqrt(mean x²)", "u", "Prieto 1996"),
    Definition("rms_2", "sqrt(mean y²)", "u", "Prieto 1996"),
    Definition("range_1", "max x - min x", "u", "Prieto 1996"),
    Definition("range_2", "max y - min y", "u", "Prieto 1996"),
    Definition("range_planar", "largest distance between two points", "u", "Quijoux 2021"),
    Definition("path", "sum |step|", "u", "TOTEX of Prieto 1996"),
    Definition("path_rate", "path / T", "u/s", "Prieto 1996, with T = (N - 1)/fs"),
    Definition("jerk", "1/2 sum |step|² fs", "u²/s", "JERK of Mancini 2012, for an acceleration"),
    Definition("jerk_rate", "jerk / T", "u²/s²", "Mancini 2012, comparable between lengths"),
    Definition(
        "mean_velocity", "mean |integral of the detrended trace|", "u s", "MV of Mancini 2012; drifts, secondary"
    ),
    Definition("mean_frequency_hz", "path / (2 pi mdist T)", "Hz", "MFREQ of Prieto 1996"),
    Definition("area_rate", "1/(2T) sum |x[n+1] y[n] - x[n] y[n+1]|", "u²/s", "AREA-SW of Prieto 1996"),
    Definition("ellipse95_chi_square", "pi 5.991 sqrt(det C), C unbiased", "u²", "Schubert 2014: definition A"),
    Definition(
        "ellipse95_prediction",
        "2 pi F(0.95; 2, N-2) sqrt(det C_N) (N+1)(N-1)/(N(N-2)), C_N over N",
        "u²",
        "Quijoux 2021, prediction ellipse: definition B",
    ),
    Definition(
        "circle95", "pi (mdist + 1.645 s)², s the deviation of the distances over N", "u²", "AREA-CC of Prieto 1996"
    ),
    Definition("power", "m0 = sum P, both axes, in the band", "u²", "Prieto 1996; one Hann window, trend removed"),
    Definition("f50_hz", "half of the power lies below, interpolated", "Hz", "Prieto 1996"),
    Definition("f95_hz", "95 % of the power lie below, interpolated", "Hz", "Prieto 1996"),
    Definition("centroid_hz", "sqrt(m2/m0)", "Hz", "CFREQ of Prieto 1996"),
    Definition("frequency_dispersion", "sqrt(1 - m1²/(m0 m2))", "1", "FREQD of Prieto 1996; 0 for a pure tone"),
)


@dataclass(frozen=True)
class PlanarMeasures:
    """The values of one trace; formulas, units and papers are `DEFINITIONS`, in the order of the fields.

    Attributes
    ----------
    mdist, rms, rms_1, rms_2 : float
        In u, the unit of the trace.
    range_1, range_2, range_planar : float
        u.
    path, path_rate : float
        u and u/s.
    jerk, jerk_rate : float
        u²/s and u²/s².
    mean_velocity : float
        u s.
    mean_frequency_hz : float
    area_rate : float
        u²/s.
    ellipse95_chi_square, ellipse95_prediction, circle95 : float
        u²: definition A, definition B, and the circle.
    power : float
        u² in the band.
    f50_hz, f95_hz, centroid_hz : float
    frequency_dispersion : float
        0 to 1.
    """

    mdist: float
    rms: float
    rms_1: float
    rms_2: float
    range_1: float
    range_2: float
    range_planar: float
    path: float
    path_rate: float
    jerk: float
    jerk_rate: float
    mean_velocity: float
    mean_frequency_hz: float
    area_rate: float
    ellipse95_chi_square: float
    ellipse95_prediction: float
    circle95: float
    power: float
    f50_hz: float
    f95_hz: float
    centroid_hz: float
    frequency_dispersion: float


def measure_planar(
    first: FloatArray, second: FloatArray, rate_hz: float, band_hz: tuple[float, float] = (0.15, 5.0)
) -> PlanarMeasures:
    """Compute every measure of a filtered trace.

    Parameters
    ----------
    first, second : (n,) float64
        The axes, ML and AP or major and minor; their means are removed here. n >= 16.
    rate_hz : float
    band_hz : tuple of float
        Band of the spectral measures; use 0.15 to 3.5 Hz after a 3.5 Hz low-pass.

    Returns
    -------
    PlanarMeasures

    Raises
    ------
    RecordingError
        When the axes differ in length or have fewer than 16 samples.
    """
    if first.shape != second.shape or first.ndim != 1 or first.size < _FEWEST:
        raise RecordingError(f"Two axes of equal length and at least {_FEWEST} samples are needed.", code="too_short")
    n = first.size
    x, y = first - first.mean(), second - second.mean()
    duration = (n - 1) / rate_hz
    distance = np.hypot(x, y)
    mdist = float(distance.mean())
    dx, dy = np.diff(x), np.diff(y)
    path = float(np.hypot(dx, dy).sum())
    jerk = 0.5 * float(dx @ dx + dy @ dy) * rate_hz
    determinant = max(float((x @ x) * (y @ y) - (x @ y) ** 2), 0.0)
    frequency, power = spectrum(x, y, rate_hz, band_hz)
    m0, m1, m2 = (float((frequency**order) @ power) for order in range(3))
    return PlanarMeasures(
        mdist=mdist,
        rms=float(np.sqrt((x @ x + y @ y) / n)),
        rms_1=float(np.sqrt(x @ x / n)),
        rms_2=float(np.sqrt(y @ y / n)),
        range_1=float(x.max() - x.min()),
        range_2=float(y.max() - y.min()),
        range_planar=_widest(x, y),
        path=path,
        path_rate=path / duration,
        jerk=jerk,
        jerk_rate=jerk / duration,
        mean_velocity=_mean_velocity(x, y, rate_hz),
        mean_frequency_hz=path / (2 * np.pi * mdist * duration) if mdist > 0.0 else 0.0,
        area_rate=float(np.abs(x[1:] * y[:-1] - x[:-1] * y[1:]).sum()) / (2 * duration),
        ellipse95_chi_square=float(np.pi * CHI_SQUARE_95_2 * np.sqrt(determinant) / (n - 1)),
        ellipse95_prediction=_prediction_ellipse(determinant, n),
        circle95=float(np.pi * (mdist + 1.645 * distance.std()) ** 2),
        power=m0,
        f50_hz=spectral_edge(frequency, power, 0.50),
        f95_hz=spectral_edge(frequency, power, 0.95),
        centroid_hz=float(np.sqrt(m2 / m0)) if m0 > 0.0 else 0.0,
        frequency_dispersion=float(np.sqrt(max(1.0 - m1 * m1 / (m0 * m2), 0.0))) if m0 > 0.0 and m2 > 0.0 else 0.0,
    )


def spectrum(
    x: FloatArray, y: FloatArray, rate_hz: float, band_hz: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return the summed power of two axes in a band: one Hann window over all samples, linear trend removed.

    Parameters
    ----------
    x, y : (n,) float64
        Without their means.
    rate_hz : float
    band_hz : tuple of float

    Returns
    -------
    frequency : (k,) float64
        Hz, inclusive of the band's ends.
    power : (k,) float64
        Squared unit of the trace for each bin: the sum over all positive frequencies is the variance.
    """
    n = x.size
    ramp, taper = taper_and_trend(n)
    rows = np.stack((x - (x @ ramp) * ramp, y - (y @ ramp) * ramp)) * taper
    transformed = np.fft.rfft(rows)
    low, high = int(np.ceil(band_hz[0] * n / rate_hz)), int(np.floor(band_hz[1] * n / rate_hz))
    inside = transformed[:, low : high + 1]
    squares: FloatArray = np.square(inside.real, dtype=np.float64) + np.square(inside.imag, dtype=np.float64)
    power: FloatArray = squares.sum(axis=0) * (2.0 / (n * float(taper @ taper)))
    frequency = rate_hz / n * np.arange(low, high + 1, dtype=np.float64)
    return frequency, power


@lru_cache(maxsize=8)
def taper_and_trend(samples: int) -> tuple[FloatArray, FloatArray]:
    """Return a straight line of length 1 and a periodic Hann window of so many samples.

    Parameters
    ----------
    samples : int

    Returns
    -------
    ramp : (n,) float64
        A straight line without a mean, of length 1.
    taper : (n,) float64
        A periodic Hann window.
    """
    steps = np.arange(samples, dtype=np.float64)
    ramp: FloatArray = steps - (samples - 1) / 2
    ramp /= np.sqrt(ramp @ ramp)
    taper: FloatArray = 0.5 - 0.5 * np.cos(2 * np.pi / samples * steps)
    return ramp, taper


def spectral_edge(frequency: FloatArray, power: FloatArray, share: float) -> float:
    """Return the frequency below which a share of the power lies, between the bins by straight lines.

    Parameters
    ----------
    frequency, power : (k,) float64
    share : float
        0 to 1.

    Returns
    -------
    float
        Hz; 0 without any power.
    """
    total = np.cumsum(power)
    return float(np.interp(share * total[-1], total, frequency)) if total.size and total[-1] > 0.0 else 0.0


def _widest(x: FloatArray, y: FloatArray) -> float:
    """Largest distance between two points: both lie on the convex hull, found by Andrew's monotone chain."""
    points = sorted(set(zip(x.tolist(), y.tolist(), strict=True)))
    corners = np.array(points if len(points) < 3 else _half_hull(points) + _half_hull(points[::-1]))
    across = corners[:, np.newaxis, :] - corners[np.newaxis, :, :]
    return float(np.sqrt((across**2).sum(axis=2).max()))


def _half_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    hull: list[tuple[float, float]] = []
    for px, py in points:
        while len(hull) >= 2:
            (ax, ay), (bx, by) = hull[-2], hull[-1]
            if (bx - ax) * (py - ay) - (by - ay) * (px - ax) > 0.0:
                break
            hull.pop()
        hull.append((px, py))
    return hull[:-1]


def _mean_velocity(x: FloatArray, y: FloatArray, rate_hz: float) -> float:
    speeds = []
    for axis in (x, y):
        ramp = np.arange(axis.size) - (axis.size - 1) / 2
        level = axis - ramp * float(axis @ ramp / (ramp @ ramp))
        speed = np.concatenate(([0.0], np.cumsum((level[1:] + level[:-1]) / 2))) / rate_hz
        speeds.append(speed - speed.mean())
    return float(np.hypot(speeds[0], speeds[1]).mean())


def _prediction_ellipse(determinant: float, n: int) -> float:
    # The F quantile with two degrees of freedom in the numerator has a closed form, so SciPy is not needed.
    quantile = (n - 2) / 2 * (0.05 ** (-2 / (n - 2)) - 1)
    return float(2 * np.pi * quantile * np.sqrt(determinant) / n * (n + 1) * (n - 1) / (n * (n - 2)))


if tuple(field.name for field in fields(PlanarMeasures)) != tuple(definition.name for definition in DEFINITIONS):
    raise AssertionError("every measure has its definition, in the same order")
