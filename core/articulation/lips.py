"""What no prediction may break: the speaker's mean, lips that close, rest in pauses, and never cross."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d
from scipy.signal import find_peaks

from liptune.core.articulation.mouth import LOWER, LOWER_LIP, UPPER, UPPER_LIP, opening
from liptune.core.articulation.types import Speaker

LEAST_SURE, PROMINENCE = -3.1, 0.5
"""Log odds of closed lips, and how much more than around, where they are made to meet. Chosen on training
clips: as many closures as cost under 2 % of the points' error (docs/models/articulation.md)."""

NEVER_CLOSED = -50.0
"""Log odds before the first frame and after the last."""

UPPER_SHARE = 0.35
"""Of a closing gap, what the upper lip comes down; the lower does the rest."""

SETTLING_FRAMES = 25.0

FADE = np.array([0.25, 0.5, 0.25], np.float32)


def centred(moved: NDArray[np.float32], speaking: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(T, P, 2) displacements less their mean over speech, the more the longer it lasts.

    A face's mean is that of its speech, whatever it says; a word alone may be an open one.
    """
    heard = moved[speaking]
    if not len(heard):
        return moved
    return np.asarray(moved - settled(len(heard)) * heard.mean(0), np.float32)


def settled(frames: float) -> float:
    """How much the mean of so many frames of speech is the speaker's, 0 … 1."""
    return frames / (frames + SETTLING_FRAMES)


def pressed(
    points: NDArray[np.float32], closed: NDArray[np.float32], speaker: Speaker
) -> NDArray[np.float32]:
    """(T, P, 2) with lips that meet as the speaker's closed ones do at closures, and are on their way in
    the frames beside; ``closed``: (T,) log odds that the lips are.

    What is likely on average is never quite closed, while every b, m and p is.
    """
    gap = (opening(points) - opening(speaker.closed)).clip(0) * closures(closed)
    drawn = points.copy()
    drawn[:, UPPER_LIP, 1] += (gap * UPPER_SHARE)[:, None]
    drawn[:, LOWER_LIP, 1] -= (gap * (1 - UPPER_SHARE))[:, None]
    return drawn


def closures(closed: NDArray[np.float32]) -> NDArray[np.float32]:
    """(T,) 1 where lips are more surely closed than before and after, 1/2 beside."""
    around = np.pad(closed, 1, constant_values=NEVER_CLOSED)
    peaks, _ = find_peaks(around, height=LEAST_SURE, prominence=PROMINENCE)
    share = np.zeros(len(closed) + 2, np.float32)
    share[np.concatenate([peaks - 1, peaks + 1])] = 0.5
    share[peaks] = 1
    return share[1:-1]


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
