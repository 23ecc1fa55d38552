"""Detects shot cuts by comparing thumbnails of the frames before and after."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.images import Gray, resized

THUMBNAIL = (32, 18)
CONTEXT = 3
"""Frames looked at on either side of a cut."""

DIFFERENCE = 0.045
"""Least mean change of a thumbnail, in units of full white, once the mean brightness is matched."""

PROMINENCE = 3.0
"""A cut changes this many times more than any step nearby: pans and gestures change evenly."""


def thumbnail(gray: Gray) -> NDArray[np.float32]:
    """Returns a (576,) float32 thumbnail in units of full white, less its mean brightness."""
    small = resized(gray, *THUMBNAIL).astype(np.float32).ravel() / np.float32(255)
    return np.asarray(small - small.mean(), np.float32)


class CutFinder:
    """Tells the first frame of each shot, a little after it has come."""

    def __init__(self) -> None:
        self._near: deque[NDArray[np.float32]] = deque(maxlen=2 * CONTEXT)

    def push(self, gray: Gray) -> list[bool]:
        """Takes the next frame; returns the decision on the frame ``CONTEXT`` - 1 back, once there is one."""
        self._near.append(thumbnail(gray))
        if len(self._near) < CONTEXT:
            return []
        return [self._starts_shot(len(self._near) - CONTEXT)]

    def finish(self) -> list[bool]:
        """Returns the decisions still owed."""
        owed = min(len(self._near), CONTEXT - 1)
        return [self._starts_shot(at) for at in range(len(self._near) - owed, len(self._near))]

    def _starts_shot(self, at: int) -> bool:
        if at == 0:
            return False
        near = np.stack(self._near)
        change = np.abs(near[:, None] - near[None]).mean(axis=2)
        across = change[max(0, at - 2) : at, at : at + CONTEXT].min()
        steps = np.delete(np.diagonal(change, 1), at - 1)
        return bool(across > max(DIFFERENCE, PROMINENCE * steps.max(initial=0.0)))
