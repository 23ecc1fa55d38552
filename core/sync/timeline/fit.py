"""A line fitted to the lags of a stretch, finer than they were searched."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.timeline.lags import Lags
from liptune.core.sync.timeline.segments import Segment

RADIUS = 8
CHUNKS = 64
STEP = 0.25
TURNS = np.arange(-6.0, 6.0 + STEP / 2, STEP)
"""By how many frames the end of a line may go up, and its beginning down."""
HEIGHTS = np.arange(-2.0, 2.0 + STEP / 2, STEP)


def fitted(lags: Lags, segment: Segment) -> Segment:
    """The same stretch with the slope that its blocks bear out best, and the lag that goes with it.

    The line is turned about its middle, and moved, within what the search could not tell apart.
    """
    around = along(lags, segment)
    middles = np.arange(len(around)) - (len(around) - 1) / 2
    starts = np.unique(np.linspace(0, len(around), CHUNKS, endpoint=False).astype(np.int64))
    chunks = np.add.reduceat(around, starts, axis=0)
    at: NDArray[np.float64] = np.add.reduceat(middles, starts) / np.diff(np.append(starts, len(around)))
    half = max(len(around) / 2, 1.0)
    turns, heights = (grid.ravel() for grid in np.meshgrid(TURNS, HEIGHTS))
    columns = np.outer(at / half, turns) + heights + RADIUS
    best = int(_between(chunks, columns).sum(axis=0).argmax())
    slope = turns[best] / (half * lags.block_frames)
    lag = segment.lag_at(segment.begin, lags.block_frames) + heights[best] - turns[best]
    return replace(segment, lag=float(lag), slope=float(segment.slope + slope))


def along(lags: Lags, segment: Segment) -> NDArray[np.float64]:
    """The relief of the lags around a line, (blocks, 2 · 8 + 1), 0 beyond those searched."""
    blocks = np.arange(segment.begin, segment.end)
    first = segment.lag_at(segment.begin, lags.block_frames) + lags.reach
    middle = first + segment.slope * lags.block_frames * (blocks - segment.begin)
    columns = np.asarray(middle[:, None] + np.arange(-RADIUS, RADIUS + 1), np.float64)
    return _between(lags.relief[segment.begin : segment.end], columns)


def _between(rows: NDArray[Any], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of each row at fractional columns, by cubic splines; 0 beyond either end."""
    from scipy.ndimage import map_coordinates  # noqa: PLC0415  (slow to import)

    at = np.broadcast_to(np.arange(len(rows))[:, None], columns.shape)
    return np.asarray(map_coordinates(rows.astype(np.float64), (at, columns), order=3, mode="constant"))
