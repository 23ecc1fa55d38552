"""Where a band is centred: on no lag, or along the courses where the sound goes far."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.timeline.courses import Course

PLAIN_FRAMES = 11
"""Lags up to this are well inside of a band of 15 that is not moved."""
STEP_FRAMES = 8
"""A band that is moved follows a drift in steps, so that most neighbours in time keep theirs."""

Centres = NDArray[np.int64]


def centres_of(courses: Sequence[Course], frames: int) -> Centres:
    """The lag that the middle of the band stands for at each frame of the clip, (frames,)."""
    centres = np.zeros(frames, np.int64)
    for course in courses:
        if course.lag is None:
            continue
        lags = course.lags()
        if np.abs(lags).max() > PLAIN_FRAMES:
            centres[course.begin : course.end] = STEP_FRAMES * np.rint(lags / STEP_FRAMES)
    return centres


def straightened(
    values: NDArray[np.float32], centres: Centres, lags: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Rows of a band moved so that the middle column is at ``lags``, (n, shifts); NaN beyond its edges.

    ``centres``: what the middle column stands for now. To the frame: between frames is what the rest tells.
    """
    moved = np.rint(lags).astype(np.int64) - centres
    columns = moved[:, None] + np.arange(values.shape[1])
    inside = (columns >= 0) & (columns < values.shape[1])
    picked = values[np.arange(len(values))[:, None], np.clip(columns, 0, values.shape[1] - 1)]
    return np.where(inside, picked, np.float32(np.nan))
