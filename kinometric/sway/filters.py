"""Zero-phase Butterworth filters whose design and initial state are made once; SciPy is imported at first use."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from kinometric.recordings.recording import FloatArray


@cache
def _design(cutoff_hz: float, rate_hz: float, order: int) -> tuple[FloatArray, FloatArray, int, Any]:
    from scipy.signal import butter, sosfilt, sosfilt_zi

    sos = butter(order, cutoff_hz, fs=rate_hz, output="sos")
    taps = 2 * sos.shape[0] + 1 - min(int((sos[:, 2] == 0).sum()), int((sos[:, 5] == 0).sum()))
    return sos, sosfilt_zi(sos), 3 * taps, sosfilt


def low_pass(rows: FloatArray, cutoff_hz: float, rate_hz: float, order: int = 4) -> FloatArray:
    """Low-pass each row forwards and backwards.

    The same numbers, bit for bit, as ``scipy.signal.sosfiltfilt`` with ``butter(order, cutoff_hz, fs=rate_hz,
    output="sos")``, which solves for the initial state at every call.

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
    """
    sos, state, edge, sosfilt = _design(cutoff_hz, rate_hz, order)
    if rows.shape[-1] <= edge:
        raise ValueError(f"a filtered signal must be longer than {edge} samples")
    first, last = rows[..., :1], rows[..., -1:]
    padded = np.concatenate(
        (2 * first - rows[..., edge:0:-1], rows, 2 * last - rows[..., -2 : -(edge + 2) : -1]), axis=-1
    )
    start = state.reshape(sos.shape[0], *(1,) * (rows.ndim - 1), 2)
    forward, _ = sosfilt(sos, padded, axis=-1, zi=start * padded[..., :1])
    backward, _ = sosfilt(sos, forward[..., ::-1], axis=-1, zi=start * forward[..., -1:])
    return np.ascontiguousarray(backward[..., ::-1][..., edge:-edge])
