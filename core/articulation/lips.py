"""What no prediction may break: lips that close at closures, rest in pauses, and never cross."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d

from liptune.core.articulation.mouth import LIPS, LOWER, UPPER
from liptune.core.articulation.types import Speaker

FROM, FULLY = 0.35, 0.6
"""How surely lips are closed from where they are drawn together, and where they are pressed."""

FADE = np.array([0.25, 0.5, 0.25], np.float32)


def pressed(
    points: NDArray[np.float32], closed: NDArray[np.float32], speaker: Speaker
) -> NDArray[np.float32]:
    """(T, P, 2) with the lips drawn to the speaker's closed ones as surely as (T,) says they are."""
    share = ((closed - FROM) / (FULLY - FROM)).clip(0, 1)[:, None, None]
    drawn = points.copy()
    drawn[:, LIPS] += share * (speaker.closed[LIPS] - points[:, LIPS])
    return drawn


def rested(points: NDArray[np.float32], speaking: NDArray[np.bool_], speaker: Speaker) -> NDArray[np.float32]:
    """(T, P, 2) that are the speaker's closed mouth in pauses, with a frame's way there."""
    if not len(points):
        return points
    rest = convolve1d((~speaking).astype(np.float32), FADE, mode="nearest")[:, None, None]
    return np.asarray(points + rest * (speaker.closed - points), np.float32)


def parted(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(T, P, 2) whose inner lips meet in the middle where they would cross."""
    apart = points.copy()
    over = (points[:, UPPER, 1] - points[:, LOWER, 1]).clip(0) / 2
    apart[:, UPPER, 1] -= over
    apart[:, LOWER, 1] += over
    return apart
