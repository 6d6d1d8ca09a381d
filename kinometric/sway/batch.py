"""Measure thousands of full windows at once, in chunks that stay in the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from kinometric.recordings.recording import FloatArray, RecordingError
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2
from kinometric.sway.engine import engine
from kinometric.sway.filters import low_pass
from kinometric.sway.measures import BAND_HZ
from kinometric.sway.planar import CHI_SQUARE_95_2, taper_and_trend

CHUNK = 12


@dataclass(frozen=True, eq=False)
class BatchMeasures:
    """The measures of k windows; formulas and papers as in `measure`.

    Attributes
    ----------
    rms_m_s2 : (k,) float64
        Resultant horizontal root mean square.
    rms_1_m_s2, rms_2_m_s2 : (k,) float64
        The same along the major and the minor axis.
    path_m_s2, path_rate_m_s3 : (k,) float64
        Length of the acceleration's path, and that per second.
    jerk_m2_s5 : (k,) float64
        Half the integral of the squared jerk.
    ellipse95_m2_s4 : (k,) float64
        Area of the 95 % ellipse by chi-square.
    mdist_m_s2 : (k,) float64
        Mean distance from the centre.
    f95_hz, centroid_hz : (k,) float64
        Frequency below which 95 % of the power lies, and the centroid frequency.
    """

    rms_m_s2: FloatArray
    rms_1_m_s2: FloatArray
    rms_2_m_s2: FloatArray
    path_m_s2: FloatArray
    path_rate_m_s3: FloatArray
    jerk_m2_s5: FloatArray
    ellipse95_m2_s4: FloatArray
    mdist_m_s2: FloatArray
    f95_hz: FloatArray
    centroid_hz: FloatArray


def measure_batch(acceleration_m_s2: FloatArray, *, chunk: int = CHUNK) -> BatchMeasures:
    """Measure full windows that were held: 1.0 to 9.5 s of each, as `measure` does.

    Parameters
    ----------
    acceleration_m_s2 : (k, m, 3) float64
        Windows at 100 Hz with gravity, 951 to 1,000 samples each, in any orientation; they are not searched for events.
    chunk : int
        Windows in one step.

    Returns
    -------
    BatchMeasures
        rms_1 and rms_2 along the major and minor axis.

    Raises
    ------
    RecordingError
        When the array has another shape.
    """
    limits, rate = engine().window, engine().filters.rate_hz
    start, stop = round(limits.measured_from_s * rate), round(limits.measured_to_s * rate) + 1
    if acceleration_m_s2.ndim != 3 or acceleration_m_s2.shape[2] != 3 or acceleration_m_s2.shape[1] < stop:
        raise RecordingError(f"Windows of at least {stop} samples and three axes are needed.", code="shape")
    count = acceleration_m_s2.shape[0]
    result = np.empty((len(fields(BatchMeasures)), count))
    spectra = _Spectra(stop - start, rate)
    for first in range(0, count, chunk):
        part = acceleration_m_s2[first : first + chunk]
        axes = _horizontal(part, start, stop)
        filters = engine().filters
        filtered = low_pass(axes, filters.low_pass_hz, rate, int(filters.low_pass_order))[..., start:stop]
        result[:, first : first + chunk] = _measures(filtered, rate, spectra)
    return BatchMeasures(*result)


def _horizontal(part: FloatArray, start: int, stop: int) -> FloatArray:
    """Rescaled horizontal acceleration (k, 2, m) without its mean."""
    mean = part[:, start:stop].sum(axis=1) / (stop - start)
    length = np.sqrt(np.einsum("ki,ki->k", mean, mean))[:, np.newaxis]
    unit = mean / length
    hint = np.zeros_like(unit)
    hint[np.arange(unit.shape[0]), np.argmin(np.abs(unit), axis=1)] = 1.0
    first = hint - np.einsum("ki,ki->k", hint, unit)[:, np.newaxis] * unit
    first /= np.sqrt(np.einsum("ki,ki->k", first, first))[:, np.newaxis]
    basis = np.stack((first, np.cross(unit, first)), axis=1) * (STANDARD_GRAVITY_M_S2 / length)[:, :, np.newaxis]
    horizontal: FloatArray = basis @ part.transpose(0, 2, 1)
    return horizontal


class _Spectra:
    """What the spectra of equally long parts share: the taper, the trend and the band."""

    def __init__(self, samples: int, rate: float) -> None:
        self.ramp, self.taper = taper_and_trend(samples)
        self.band = slice(int(np.ceil(BAND_HZ[0] * samples / rate)), int(np.floor(BAND_HZ[1] * samples / rate)) + 1)
        self.frequency = np.arange(self.band.start, self.band.stop) * (rate / samples)

    def frequencies(self, axes: FloatArray) -> tuple[FloatArray, FloatArray]:
        """F95 and centroid of each window."""
        level = axes - (axes @ self.ramp)[..., np.newaxis] * self.ramp
        level *= self.taper
        inside = np.fft.rfft(level)[..., self.band]
        power = (inside.real**2 + inside.imag**2).sum(axis=1)
        total = np.cumsum(power, axis=1)
        wanted = 0.95 * total[:, -1]
        after = np.argmax(total >= wanted[:, np.newaxis], axis=1)
        before = np.maximum(after - 1, 0)
        row = np.arange(after.size)
        step = np.where(after > 0, total[row, after] - total[row, before], 1.0)
        share = np.where(after > 0, (wanted - total[row, before]) / step, 0.0)
        f95 = self.frequency[before] + share * (self.frequency[after] - self.frequency[before])
        return f95, np.sqrt(power @ (self.frequency * self.frequency) / total[:, -1])


def _measures(axes: FloatArray, rate: float, spectra: _Spectra) -> FloatArray:
    n = axes.shape[2]
    axes = axes - axes.sum(axis=2, keepdims=True) / n
    squares = axes * axes
    xx, yy = squares.sum(axis=2).T
    xy = np.einsum("kn,kn->k", axes[:, 0], axes[:, 1])
    steps = axes[..., 1:] - axes[..., :-1]
    steps *= steps
    step_squares = steps[:, 0] + steps[:, 1]
    path = np.sqrt(step_squares).sum(axis=1)
    middle, spread = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    f95, centroid = spectra.frequencies(axes)
    return np.stack(
        (
            np.sqrt((xx + yy) / n),
            np.sqrt((middle + spread) / n),
            np.sqrt(np.maximum(middle - spread, 0.0) / n),
            path,
            path * (rate / (n - 1)),
            0.5 * rate * step_squares.sum(axis=1),
            np.pi * CHI_SQUARE_95_2 / (n - 1) * np.sqrt(np.maximum(xx * yy - xy * xy, 0.0)),
            np.sqrt(squares[:, 0] + squares[:, 1]).sum(axis=1) / n,
            f95,
            centroid,
        )
    )
