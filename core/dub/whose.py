"""Which face is dubbed at each moment."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from liptune.core.analysis import Analysis
from liptune.core.sync.active import NOBODY
from liptune.core.sync.clip import ClipScore


def speaking_faces(analysis: Analysis, scored: ClipScore) -> NDArray[np.int64]:
    """(T,) the track whose mouth is dubbed on each analysis frame, -1 where it is not seen.

    Where ``scored`` says who speaks, that; before, after and between, whoever spoke nearest in time, or who
    is alone on screen.
    """
    chosen = [face.track for face in scored.faces]
    numbers = np.array([track.index for track in chosen] + [NOBODY])
    told = numbers[scored.speaker.speaker]
    speaker = np.full(analysis.frames, NOBODY, np.int64)
    near = np.full(analysis.frames, np.inf)
    for track in chosen:
        at = np.arange(track.first, track.first + track.frames)[track.seen]
        away = _away(told == track.index)[at]
        closer = (away < near[at]) | (speaker[at] == NOBODY)
        speaker[at[closer]], near[at[closer]] = track.index, away[closer]
    return speaker


def _away(speaks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(T,) frames to the nearest at which a face speaks; infinity where it never does."""
    if not speaks.any():
        return np.full(len(speaks), np.inf)
    return np.asarray(distance_transform_edt(~speaks), np.float64)


def faces_seen(analysis: Analysis, whose: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n, 68, 2) the landmarks of the faces that are dubbed, on the frames where they are seen."""
    rows = [np.empty((0, 68, 2), np.float32)]
    for each in analysis.tracks:
        at = np.flatnonzero(whose == each.track.index)
        rows.append(each.track.landmarks[at - each.track.first])
    return np.concatenate(rows)
