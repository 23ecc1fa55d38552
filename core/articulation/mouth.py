"""Which of the told points are what, and how far a mouth is open."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.types import POINTS

_PLACE = {int(point): place for place, point in enumerate(POINTS)}


def places(*points: int) -> NDArray[np.int64]:
    """Where these of the 68 points stand among the told ones."""
    return np.array([_PLACE[point] for point in points])


LIPS = places(*range(48, 68))
JAW = places(*range(4, 13))
BROWS = places(*range(17, 27))
CORNERS = places(48, 54)
UPPER_LIP, LOWER_LIP = places(*range(49, 54), 61, 62, 63), places(*range(55, 60), 65, 66, 67)
UPPER, LOWER = places(61, 62, 63), places(67, 66, 65)
"""The inner edges of the lips, from the right to the left of the face."""


def opening(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far the lips are apart, (...,), in the units of the (..., P, 2) points; 0 where they overlap."""
    return np.asarray((points[..., LOWER, 1] - points[..., UPPER, 1]).mean(-1).clip(0), np.float32)


def mirrored(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same (..., P, 2) shapes seen in a mirror, in the mean face's coordinates."""
    return np.asarray(points[..., _MIRROR, :] * np.array([-1, 1], np.float32), np.float32)


def _mirror() -> NDArray[np.int64]:
    """Place of each point's counterpart on the face's other side (iBUG 68)."""
    other = np.arange(68)
    for low, high in ((0, 17), (17, 27), (48, 55), (55, 60), (60, 65), (65, 68)):
        other[low:high] = np.arange(low, high)[::-1]
    return places(*other[POINTS])


_MIRROR = _mirror()
