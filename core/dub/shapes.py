"""A mouth laid onto another head, and what turning the head does to it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import placed, poses
from liptune.core.articulation.mouth import CORNERS, JAW, LIPS
from liptune.core.articulation.types import POINTS

Shapes = NDArray[np.float32]
"""(N, P, 2) of the points that `core.articulation` tells, in distances between the eyes."""

MOUTH = np.concatenate([JAW, LIPS])
"""Of these, the ones that a mouth takes along: chin and lips."""

RIDGE_DEGREES = 1.0
"""Heads that turn less than this tell little of what turning does."""


def laid(shapes: Shapes, landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 68, 2) the landmarks with lips and chin of (N, P, 2) shapes, on their heads; NaN stays NaN."""
    points = placed(shapes, poses(landmarks))
    moved = landmarks.copy()
    moved[:, POINTS[MOUTH]] = points[:, MOUTH]
    return moved


@dataclass(frozen=True)
class Turning:
    """How the mouth shifts on its face as the head turns, which a similarity in the picture does not follow.

    ``pose``: (3,) the head as it mostly is. ``shifts``: (3, 2) for each degree of yaw, pitch and roll.
    """

    pose: NDArray[np.float64]
    shifts: NDArray[np.float64]

    @classmethod
    def of(cls, shapes: Shapes, pose: NDArray[np.float64]) -> Self:
        """Fitted to (N, P, 2) shapes and (N, 3) poses of one face: ridge regression of the mouth's corners.

        What speech does to lips and chin is left out: it goes with nodding, and would be taken for it.
        """
        middle = np.median(pose, axis=0)
        turned, corners = pose - middle, shapes[:, CORNERS].mean(axis=1, dtype=np.float64)
        ridge = len(pose) * RIDGE_DEGREES**2 * np.eye(3)
        shifts = np.linalg.solve(turned.T @ turned + ridge, turned.T @ (corners - corners.mean(axis=0)))
        return cls(middle, shifts)

    def at(self, pose: NDArray[np.float64]) -> Shapes:
        """(N, 1, 2) what the heads' (N, 3) poses add to every point."""
        return ((pose - self.pose) @ self.shifts)[:, None].astype(np.float32)
