"""Zero-phase Butterworth filters, solved as banded equations; SciPy's LAPACK is imported at first use."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import Any

import numpy as np

from kinometric.recordings.recording import FloatArray

_TOGETHER = (0.02, 0.4)
"""Cut-off by rate within which the sections' product is exact to 1e-12 at order 4; beyond, each is solved by itself."""
_KEPT_UP_TO = 4096


@cache
def _sections(cutoff_hz: float, rate_hz: float, order: int) -> tuple[float, tuple[tuple[float, ...], ...]]:
    """Return the gain and the denominators; each pole of the analogue prototype is mapped by the bilinear transform."""
    k = math.tan(math.pi * cutoff_hz / rate_hz)
    gain = 1.0
    sections: list[tuple[float, ...]] = []
    for pair in range(order // 2):
        damping = 2.0 * math.sin(math.pi * (2 * pair + 1) / (2 * order))
        scale = 1.0 + damping * k + k * k
        sections.append((1.0, 2.0 * (k * k - 1.0) / scale, (1.0 - damping * k + k * k) / scale))
        gain *= k * k / scale
    if order % 2:
        sections.append((1.0, (k - 1.0) / (k + 1.0)))
        gain *= k / (1.0 + k)
    if not _TOGETHER[0] <= cutoff_hz / rate_hz <= _TOGETHER[1]:
        return gain, tuple(sections)
    product = np.ones(1)
    for section in sections:
        product = np.convolve(product, section)
    return gain, (tuple(product),)


def _make_bands(denominators: tuple[tuple[float, ...], ...], samples: int) -> tuple[FloatArray, ...]:
    """Return each denominator's recursion as a lower triangular band matrix in LAPACK's storage."""
    bands = []
    for denominator in denominators:
        band = np.empty((len(denominator), samples), order="F")
        band[:] = np.array(denominator)[:, None]
        bands.append(band)
    return tuple(bands)


_kept_bands = lru_cache(maxsize=16)(_make_bands)


@cache
def _solver() -> Any:
    from scipy.linalg.lapack import dtbtrs

    return dtbtrs


def _pass(rows: FloatArray, gain: float, order: int, bands: tuple[FloatArray, ...]) -> FloatArray:
    """Filter once, as if each row had stood at its first value for ever before."""
    first = rows[..., :1]
    done = np.subtract(rows, first, order="C")
    for _ in range(order):
        done[..., 1:] += done[..., :-1]
    done *= gain
    columns = done.reshape(-1, done.shape[-1]).T
    solve = _solver()
    for band in bands:
        columns, _ = solve(band, columns, uplo="L", diag="U", overwrite_b=True)
    return columns.T.reshape(rows.shape) + first


def low_pass(rows: FloatArray, cutoff_hz: float, rate_hz: float, order: int = 4) -> FloatArray:
    """Low-pass each row forwards and backwards.

    The same filter as ``scipy.signal.sosfiltfilt`` with ``butter(order, cutoff_hz, fs=rate_hz, output="sos")``, to
    2e-12 of the signal up to order 4. That module loads all of SciPy's statistics and optimizers with it; this needs
    its LAPACK alone.

    Parameters
    ----------
    rows : (..., n) float64
        Signals along the last axis; n must exceed the padding (15 samples at order 4).
    cutoff_hz, rate_hz : float
    order : int
        Order of one pass; two passes give twice that and -6 dB at the cut-off.

    Returns
    -------
    (..., n) float64

    Raises
    ------
    ValueError
        When the rows are not longer than the padding.

    References
    ----------
    The digital Butterworth filter: A. V. Oppenheim and R. W. Schafer, Discrete-Time Signal Processing, 3rd ed. 2010,
    section 7.2. Its start at rest: F. Gustafsson 1996, doi:10.1109/78.492552.
    """
    edge = 3 * (order + 1)
    if rows.shape[-1] <= edge:
        raise ValueError(f"a filtered signal must be longer than {edge} samples")
    first, last = rows[..., :1], rows[..., -1:]
    padded = np.concatenate(
        (2 * first - rows[..., edge:0:-1], rows, 2 * last - rows[..., -2 : -(edge + 2) : -1]), axis=-1
    )
    gain, denominators = _sections(cutoff_hz, rate_hz, order)
    samples = padded.shape[-1]
    bands = (_kept_bands if samples <= _KEPT_UP_TO else _make_bands)(denominators, samples)
    forward = _pass(padded, gain, order, bands)
    backward = _pass(forward[..., ::-1], gain, order, bands)
    return np.ascontiguousarray(backward[..., ::-1][..., edge:-edge])
