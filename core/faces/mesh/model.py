"""The 68 points by a face mesh of 468 points, run on an upright cut of the face."""

from math import atan2, cos, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.geometry import Box, box_of, centre, side
from liptune.core.faces.images import Gray
from liptune.core.faces.landmarks import Landmarks
from liptune.core.faces.mesh.network import SIDE, mesh_of
from liptune.core.faces.mesh.points68 import IBUG, LEFT_EYE_CORNER, RIGHT_EYE_CORNER

LEAST_PRESENCE = 4.0
"""Logit below which it is no face."""

SHOWN = 1.69
"""Side of the cut in sides of the face's box: the mesh with a quarter of its size around it (the median of
the training clips, where the network's authors take the mesh's own box)."""

SUPERSAMPLE = 2
PLACES = np.array(IBUG)

Matrix = NDArray[np.float64]


class Mesh:
    """MediaPipe's face mesh (Apache-2.0)."""

    def locate(self, gray: Gray, box: Box) -> Landmarks | None:
        """Looks twice: at the box, and at the face that is found there."""
        first = _look(gray, box, 0.0)
        return first and self.follow(gray, first)

    def follow(self, gray: Gray, last: Landmarks) -> Landmarks | None:
        """Looks where the face was, turned upright as it was."""
        tilt = _tilt(last.points)
        return _look(gray, _upright_box(last.points, tilt), tilt)


def _look(gray: Gray, box: Box, tilt: float) -> Landmarks | None:
    """``box``: of the face. ``tilt``: radians, clockwise, by which the head leans about the box's middle."""
    matrix = _into_cut(box, tilt)
    points, presence = mesh_of(_cut(gray, matrix))
    if presence < LEAST_PRESENCE:
        return None
    back = np.linalg.inv(matrix[:, :2])
    return Landmarks(np.asarray((points[PLACES] - matrix[:, 2]) @ back.T, np.float32))


def _tilt(points: NDArray[np.float32]) -> float:
    across = points[LEFT_EYE_CORNER] - points[RIGHT_EYE_CORNER]
    return atan2(float(across[1]), float(across[0]))


def _upright_box(points: NDArray[np.float32], tilt: float) -> Box:
    """The box of the points, turned upright about their middle."""
    middle = points.mean(axis=0)
    turn = np.array([[cos(tilt), sin(tilt)], [-sin(tilt), cos(tilt)]])
    box = box_of(np.asarray((points - middle) @ turn.T, np.float32))
    x, y = turn.T @ centre(box) + middle
    half = side(box) / 2
    return float(x - half), float(y - half), float(x + half), float(y + half)


def _into_cut(box: Box, tilt: float) -> Matrix:
    """(2, 3), from pixels of the frame to those of the network's input."""
    zoom = SIDE / (SHOWN * side(box))
    across, down = cos(tilt) * zoom, sin(tilt) * zoom
    x, y = centre(box)
    return np.array(
        [
            [across, down, SIDE / 2 - across * x - down * y],
            [-down, across, SIDE / 2 + down * x - across * y],
        ]
    )


def _cut(gray: Gray, matrix: Matrix) -> Gray:
    size = (SIDE * SUPERSAMPLE, SIDE * SUPERSAMPLE)
    large = cv2.warpAffine(
        gray, matrix * SUPERSAMPLE, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
