"""Mouth shapes in the mean face's coordinates, and what turning the head does to them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.types import POINTS
from liptune.core.faces.pose import face_pose

Shapes = NDArray[np.float32]
"""(N, P, 2) of the points that `core.articulation` tells, in distances between the eyes."""

CHIN = slice(0, 9)
LIPS = slice(19, 39)
_UPPER, _LOWER = [32, 33, 34], [38, 37, 36]
"""Of the inner lips, above each other: iBUG's 61 to 63 and 67 to 65."""

_CORNERS = [19, 25]
"""Of the mouth: iBUG's 48 and 54."""

RIDGE_DEGREES = 1.0
"""Heads that turn less than this tell little of what turning does."""


def shapes_of(landmarks: NDArray[np.float32]) -> Shapes:
    """(N, P, 2) of (N, 68, 2) landmarks in square pixels; NaN stays NaN."""
    shapes = np.full((len(landmarks), len(POINTS), 2), np.nan, np.float32)
    for at in np.flatnonzero(np.isfinite(landmarks).all(axis=(1, 2))):
        pose = face_pose(landmarks[at])
        shapes[at] = landmarks[at][POINTS] @ pose[:, :2].T + pose[:, 2]
    return shapes


def laid(shape: NDArray[np.floating], landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(68, 2) the landmarks with lips and chin of a shape (P, 2), which is laid onto their head."""
    pose = face_pose(landmarks)
    points = (shape - pose[:, 2]) @ np.linalg.inv(pose[:, :2]).T
    moved = landmarks.copy()
    for part in (CHIN, LIPS):
        moved[POINTS[part]] = points[part]
    return moved


def openings(shapes: Shapes) -> NDArray[np.float32]:
    """(N,) mean distance of the inner lips, downwards."""
    return np.asarray((shapes[:, _LOWER, 1] - shapes[:, _UPPER, 1]).mean(axis=1), np.float32)


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
        turned, corners = pose - middle, shapes[:, _CORNERS].mean(axis=1, dtype=np.float64)
        ridge = len(pose) * RIDGE_DEGREES**2 * np.eye(3)
        shifts = np.linalg.solve(turned.T @ turned + ridge, turned.T @ (corners - corners.mean(axis=0)))
        return cls(middle, shifts)

    def at(self, pose: NDArray[np.float64]) -> Shapes:
        """(N, 1, 2) what the heads' (N, 3) poses add to every point."""
        return ((pose - self.pose) @ self.shifts)[:, None].astype(np.float32)
