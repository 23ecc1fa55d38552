"""Shot cuts, from thumbnails: steady before, steady after, and different across."""

from collections import deque
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.faces.images import Gray, resized

THUMBNAIL = (32, 18)
CONTEXT = 3
"""Frames looked at on either side of a cut."""

DIFFERENCE = 0.045
"""Least mean change of a thumbnail, in units of full white, once the mean brightness is matched."""

PROMINENCE = 3.0
"""A cut changes this many times more than any step nearby: pans and gestures change evenly."""

Thumbnail = NDArray[np.float32]


def thumbnail(gray: Gray) -> Thumbnail:
    """Returns the (18, 32) float32 thumbnail of a (H, W) uint8 frame, 0 to 1."""
    return resized(gray, *THUMBNAIL).astype(np.float32) / np.float32(255)


def difference(a: Thumbnail, b: Thumbnail) -> float:
    """Returns the mean absolute difference, blind to a change of overall brightness."""
    return float(np.abs((a - a.mean()) - (b - b.mean())).mean())


class CutFinder:
    """Tells the first frame of each shot, ``CONTEXT`` frames after it has come."""

    def __init__(self) -> None:
        self._near: deque[Thumbnail] = deque(maxlen=2 * CONTEXT)
        self._next = 0

    def push(self, gray: Gray) -> list[bool]:
        """Takes the next frame; returns the decision on the frame ``CONTEXT`` - 1 back, once there is one."""
        self._near.append(thumbnail(gray))
        if len(self._near) < CONTEXT:
            return []
        return [self._decide(len(self._near) - CONTEXT)]

    def finish(self) -> list[bool]:
        """Returns the decisions still owed."""
        owed = min(len(self._near), CONTEXT - 1)
        return [self._decide(at) for at in range(len(self._near) - owed, len(self._near))]

    def _decide(self, at: int) -> bool:
        near = list(self._near)
        before, after = near[:at], near[at:]
        if not before:
            return False
        change = difference(before[-1], after[0])
        across = min(difference(a, b) for a in before[-2:] for b in after[-CONTEXT:])
        steps = [difference(a, b) for side in (before, after) for a, b in pairwise(side)]
        return min(change, across) > max(DIFFERENCE, PROMINENCE * max(steps, default=0.0))
