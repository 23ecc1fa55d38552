"""Tells how one face speaks from what was seen of it: a `Speaker`."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import LIPS, opening
from liptune.core.articulation.types import Speaker
from liptune.core.errors import NoFace

OUTLIER = 3.0
"""Points further from their median than so many robust deviations count as that far."""

TO_DEVIATION = 1.4826
"""From a normal distribution's median absolute deviation to its standard deviation."""

DRIFT_FRAMES = 25
"""To either side of a moment, whose mean is no movement of speech."""

CLOSED_SHARE = 0.05
FEWEST_CLOSED = 3
"""Of the frames, the least open are the closed mouth."""


def speaker_of(landmarks: NDArray[np.float32]) -> Speaker:
    """How a face speaks, from (N, 68, 2) pixels of it; rows with a NaN are left out.

    Raises NoFace where no row is whole.
    """
    return speaker_in(shapes(landmarks))


def speaker_in(seen: NDArray[np.float32]) -> Speaker:
    """The same from (N, P, 2) shapes in the mean face's coordinates."""
    whole = seen[np.isfinite(seen).all((1, 2))]
    if not len(whole):
        raise NoFace("The face is seen in no frame.")
    held = _held(whole)
    steady = held - _drift(held)
    return Speaker(mean=held.mean(0), spread=steady.std(0), closed=_closed(held))


def reach(speaker: Speaker) -> float:
    """How far its lips move when it speaks, in distances between the eyes: the root mean square."""
    return float(np.sqrt(np.square(speaker.spread[LIPS]).sum(-1).mean()))


def _held(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """With outliers brought to the edge of what is usual, each coordinate by itself."""
    middle = np.median(seen, axis=0)
    most = OUTLIER * TO_DEVIATION * np.median(np.abs(seen - middle), axis=0)
    return np.asarray(np.clip(seen, middle - most, middle + most), np.float32)


def _drift(seen: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, P, 2) means of what is around each: heads turn more slowly than lips move."""
    totals = np.concatenate([np.zeros((1, *seen.shape[1:])), np.cumsum(seen, axis=0, dtype=np.float64)])
    at = np.arange(len(seen))
    low, high = np.maximum(at - DRIFT_FRAMES, 0), np.minimum(at + DRIFT_FRAMES + 1, len(seen))
    return np.asarray((totals[high] - totals[low]) / (high - low)[:, None, None])


def _closed(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    count = min(max(FEWEST_CLOSED, round(CLOSED_SHARE * len(seen))), len(seen))
    least = np.argsort(opening(seen), kind="stable")[:count]
    return np.asarray(np.median(seen[least], axis=0), np.float32)
