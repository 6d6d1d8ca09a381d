"""Sway measures with their formulas, units and papers."""

from __future__ import annotations

import numpy as np

from kinometric.recordings.recording import FloatArray, Recording, RecordingError
from kinometric.sway.engine import engine
from kinometric.sway.planar import CHI_SQUARE_95_2, PlanarMeasures, measure_planar, spectral_edge, spectrum
from kinometric.sway.signal_chain import process
from kinometric.sway.upright import principal_angle
from kinometric.sway.values import Ellipse, SwayMeasures, SwaySignal

BAND_HZ = (0.15, 3.5)
_SHORTEST_S = 1.0
_ROUNDING_S = 1e-6


def measure(recording_or_signal: Recording | SwaySignal, *, end_s: float | None = None) -> SwayMeasures:
    """Measure the sway from 1.0 s to 9.5 s of the window, or to the loss of balance.

    Parameters
    ----------
    recording_or_signal : Recording or SwaySignal
        A recording is processed first, and measured to its first event.
    end_s : float, optional
        Where balance was lost, seconds from the start of the window.

    Returns
    -------
    SwayMeasures
        With x and y the horizontal axes (low-pass, mean removed), N samples and T = (N - 1)/100 s:
        rms = sqrt(mean(x² + y²)); path = sum of |step|; path rate = path/T; jerk = 1/2 ∫ |dA/dt|² dt (Mancini 2012);
        ellipse = π χ²(0.95; 2) sqrt(det C), C unbiased (Schubert 2014); mdist = mean distance (Prieto 1996);
        f95 and centroid sqrt(m2/m0) of the summed spectra, 0.15 to 3.5 Hz.

    Raises
    ------
    RecordingError
        When the recording is not fit to be measured, or less than one second of it is left.
    """
    signal = recording_or_signal
    if isinstance(signal, Recording):
        from kinometric.sway.events import detect_events

        signal = process(signal)
        for finding in signal.findings:
            if finding.severity == "not_scorable":
                raise RecordingError(finding.message, code=finding.code)
        if end_s is None:
            end_s = next((event.at_s for event in detect_events(signal)), None)
    start, stop = measured_part(signal, end_s)
    return measures_of(signal.axis_1[start:stop], signal.axis_2[start:stop], start)


def measured_part(signal: SwaySignal, end_s: float | None = None) -> tuple[int, int]:
    """Return the first sample and the sample after the last of the measured part.

    Parameters
    ----------
    signal : SwaySignal
    end_s : float, optional
        Where balance was lost, seconds from the start of the window.

    Returns
    -------
    start, stop : int
        Samples of the window.

    Raises
    ------
    RecordingError
        When it is shorter than one second.
    """
    limits, rate = engine().window, engine().filters.rate_hz
    start = round(limits.measured_from_s * rate)
    last_s = min(limits.measured_to_s, signal.end_s if end_s is None else end_s)
    stop = min(int(np.floor((last_s + _ROUNDING_S) * rate)) + 1, signal.time_s.size)
    if stop - start < _SHORTEST_S * rate + 1:
        raise RecordingError("Less than one second of stance is left to be measured.", code="nothing_to_measure")
    return start, stop


def measures_of(first: FloatArray, second: FloatArray, start: int = 0) -> SwayMeasures:
    """Measure two filtered horizontal axes at 100 Hz.

    Parameters
    ----------
    first, second : (n,) float64
        m/s2; their means are removed here.
    start : int
        Sample of the window at which they begin.

    Returns
    -------
    SwayMeasures
    """
    rate = engine().filters.rate_hz
    n = first.size
    x, y = first - first.mean(), second - second.mean()
    xx, yy, xy = float(x @ x), float(y @ y), float(x @ y)
    dx, dy = np.diff(x), np.diff(y)
    path = float(np.sqrt(dx * dx + dy * dy).sum())
    duration = (n - 1) / rate
    frequency, power = spectrum(x, y, rate, BAND_HZ)
    whole = float(power.sum())
    return SwayMeasures(
        rms_m_s2=float(np.sqrt((xx + yy) / n)),
        rms_1_m_s2=float(np.sqrt(xx / n)),
        rms_2_m_s2=float(np.sqrt(yy / n)),
        path_m_s2=path,
        path_rate_m_s3=path / duration,
        jerk_m2_s5=0.5 * float(dx @ dx + dy @ dy) * rate,
        ellipse95_m2_s4=float(np.pi * CHI_SQUARE_95_2 * np.sqrt(max(xx * yy - xy * xy, 0.0)) / (n - 1)),
        mdist_m_s2=float(np.sqrt(x * x + y * y).mean()),
        f95_hz=spectral_edge(frequency, power, 0.95),
        centroid_hz=float(np.sqrt((frequency * frequency) @ power / whole)) if whole > 0.0 else 0.0,
        measured_from_s=start / rate,
        measured_to_s=(start + n - 1) / rate,
    )


def measure_everything(signal: SwaySignal, *, end_s: float | None = None) -> tuple[PlanarMeasures, float, float]:
    """Compute every published measure of the measured part; engine 1 scores none of the further ones.

    Parameters
    ----------
    signal : SwaySignal
    end_s : float, optional
        Where balance was lost.

    Returns
    -------
    measures : PlanarMeasures
        Of the two filtered horizontal axes, unit u = m/s2, band 0.15 to 3.5 Hz.
    vertical_rms_m_s2, vertical_max_m_s2 : float
        Of the unfiltered vertical acceleration without gravity.

    Raises
    ------
    RecordingError
        When less than one second is left.
    """
    start, stop = measured_part(signal, end_s)
    vertical = signal.vertical_raw[start:stop]
    measures = measure_planar(signal.axis_1[start:stop], signal.axis_2[start:stop], engine().filters.rate_hz, BAND_HZ)
    return measures, float(np.sqrt(vertical @ vertical / vertical.size)), float(np.abs(vertical).max())


def ellipse95(signal: SwaySignal, *, end_s: float | None = None) -> Ellipse:
    """Return the 95 % ellipse (chi-square) of the measured part, for a plot.

    Parameters
    ----------
    signal : SwaySignal
    end_s : float, optional
        Where balance was lost.

    Returns
    -------
    Ellipse
        Its area is `SwayMeasures.ellipse95_m2_s4`.

    Raises
    ------
    RecordingError
        When less than one second is left.
    """
    start, stop = measured_part(signal, end_s)
    first, second = signal.axis_1[start:stop], signal.axis_2[start:stop]
    center = float(first.mean()), float(second.mean())
    x, y = first - center[0], second - center[1]
    angle = principal_angle(x, y)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    factor = CHI_SQUARE_95_2 / (x.size - 1)
    return Ellipse(center, (float(np.sqrt(along @ along * factor)), float(np.sqrt(across @ across * factor))), angle)
