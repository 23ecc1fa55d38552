"""Smooths landmarks over time without lag, by a local quadratic fit (Savitzky-Golay), (68, 2) a frame."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

LOOKAHEAD = 4
"""Frames on either side that a smoothed frame depends on."""

RIGID_REACH = 4
LIP_REACH = 2
"""Half-widths of the fits, in frames: the head is slower than the lips."""

LIPS = slice(48, 68)
DEGREE = 2


@cache
def weights(before: int, after: int) -> NDArray[np.float32]:
    """Returns the filter that reads a least-squares quadratic at 0 from samples -before … after.

    Savitzky & Golay (1964); near an end the window is what there is.
    """
    at = np.arange(-before, after + 1, dtype=np.float64)
    degree = min(DEGREE, before + after)
    return np.asarray(np.linalg.pinv(np.vander(at, degree + 1, increasing=True))[0], np.float32)


def smooth(points: NDArray[np.float32], at: int) -> NDArray[np.float32]:
    """Returns frame ``at`` of (n, 68, 2) landmarks, smoothed over at most ``LOOKAHEAD`` neighbours a side."""
    smoothed = _fit(points, at, RIGID_REACH)
    smoothed[LIPS] = _fit(points[:, LIPS], at, LIP_REACH)
    return smoothed


def _fit(points: NDArray[np.float32], at: int, reach: int) -> NDArray[np.float32]:
    before, after = min(at, reach), min(len(points) - 1 - at, reach)
    window = points[at - before : at + after + 1]
    fitted: NDArray[np.float32] = np.tensordot(weights(before, after), window, axes=1)
    return fitted
