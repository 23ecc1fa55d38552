"""Turns a time warp into the source frame that each output frame shows, (N,)."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.types import TimeWarp

TIE_SECONDS = 1e-6
"""Halfway between two frames means the later one, whatever the last bit of a sum: holds keep their length."""

SLOW = 0.99
"""Source frames an output frame: anything slower repeats a frame sooner or later."""
NEAR_FRAMES = 0.1


def picks(warp: TimeWarp, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """The source frame nearest to what the warp asks for at the time of each output frame, (N,).

    ``seconds``: (N,) increasing, when each source frame is shown; the output keeps these times. Never
    decreasing; what lies before the first or after the last frame is shown as that one.
    """
    wanted = warp.source_at(seconds) + TIE_SECONDS
    between = (seconds[1:] + seconds[:-1]) / 2
    chosen = np.searchsorted(between, wanted, side="right")
    return np.asarray(chosen, np.int64)


def between_picks(warp: TimeWarp, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """As `picks`, but between frames where the warp runs slower than the source, (N,) float64.

    There the nearest frame would stand still now and then. Elsewhere, and within a tenth of a frame of one,
    the source's own frames are shown.
    """
    nearest = picks(warp, seconds).astype(np.float64)
    if len(seconds) < 2:
        return nearest
    wanted = np.interp(warp.source_at(seconds), seconds, np.arange(len(seconds)))
    slow = np.gradient(wanted) < SLOW
    drawn = slow & (np.abs(wanted - np.rint(wanted)) > NEAR_FRAMES)
    return np.asarray(np.maximum.accumulate(np.where(drawn, wanted, nearest)))
