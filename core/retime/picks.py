"""From a time warp to the source frame that each output frame shows."""

import numpy as np
from numpy.typing import NDArray

from core.retime.types import TimeWarp

TIE_SECONDS = 1e-6
"""Halfway between two frames means the later one, whatever the last bit of a sum: holds keep their length."""


def picks(warp: TimeWarp, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """The source frame nearest to what the warp asks for at the time of each output frame, (N,).

    ``seconds``: (N,) increasing, when each source frame is shown; the output keeps these times. Never
    decreasing; what lies before the first or after the last frame is shown as that one.
    """
    wanted = warp.source_at(seconds) + TIE_SECONDS
    between = (seconds[1:] + seconds[:-1]) / 2
    chosen = np.searchsorted(between, wanted, side="right")
    return np.asarray(chosen, np.int64)
