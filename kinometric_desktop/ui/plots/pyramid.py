"""A pyramid of smallest and largest values, so that a long curve is drawn as fast as a short one and loses no peak."""

from __future__ import annotations

import numpy as np

from kinometric_desktop.app.review_curves import FloatArray

_FIRST_BLOCK = 16
_FACTOR = 4


class MinMaxPyramid:
    """Smallest and largest value of blocks of 16, 64, 256, … samples of one curve.

    Parameters
    ----------
    values : (n,) float64
        The curve; kept, not copied.
    """

    def __init__(self, values: FloatArray) -> None:
        self.values = values
        self._levels: list[tuple[int, FloatArray, FloatArray]] = []
        low = high = values
        block = _FIRST_BLOCK
        factor = _FIRST_BLOCK
        while low.size > 8 * factor:
            low, high = _reduce(low, factor, np.minimum), _reduce(high, factor, np.maximum)
            self._levels.append((block, low, high))
            block *= _FACTOR
            factor = _FACTOR

    def columns(self, first: int, last: int, count: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The extremes of equal stretches of the curve.

        Parameters
        ----------
        first, last : int
            The samples ``first`` to ``last`` (not included) are covered; blocks at the ends may reach a little beyond.
        count : int
            About how many stretches are wanted; never more are returned.

        Returns
        -------
        centre, low, high : (m,) float64
            Sample position of each stretch's middle, smallest and largest value. No value is left out.
        """
        wanted = max((last - first) / max(count, 1), 1.0)
        block, low, high = 1, self.values, self.values
        for level in self._levels:
            if level[0] > wanted:
                break
            block, low, high = level
        begin = first // block
        end = min(-(-last // block), low.size)
        stride = max(-(-(end - begin) // max(count, 1)), 1)
        edges = np.arange(begin, end, stride)
        if edges.size == 0:
            empty = np.empty(0)
            return empty, empty, empty
        stop = np.minimum(edges + stride, end)
        centre = (edges + stop - 1) * 0.5 * block + (block - 1) * 0.5
        if stride == 1:
            return centre, low[begin:end], high[begin:end]
        return centre, np.minimum.reduceat(low[:end], edges), np.maximum.reduceat(high[:end], edges)


def _reduce(values: FloatArray, factor: int, extreme: np.ufunc) -> FloatArray:
    whole = values.size // factor * factor
    reduced: FloatArray = extreme.reduce(values[:whole].reshape(-1, factor), axis=1)
    if whole < values.size:
        reduced = np.append(reduced, extreme.reduce(values[whole:]))
    return reduced
