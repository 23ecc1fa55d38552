"""The head's yaw, pitch and roll in degrees, from landmarks that speech does not move."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.landmarks import EYE_CORNERS, NOSE_BASE, NOSE_BRIDGE

POINTS = (*NOSE_BRIDGE, *NOSE_BASE, *EYE_CORNERS)

MODEL = np.array(
    [
        *((0, -2, -12), (0, 10, -18), (0, 22, -25), (0, 35, -32)),
        *((-13, 44, -14), (-6, 46, -17), (0, 47, -18), (6, 46, -17), (13, 44, -14)),
        *((-44.5, 0, 10), (-16, 0, 0), (16, 0, 0), (44.5, 0, 10)),
    ],
    np.float64,
)
"""(13, 3) of `POINTS` on an average adult, mm: right, down and away from the camera.

Rounded from means of canthal distances, nose length, width and protrusion in anthropometry (Farkas 1994).
"""


def poses(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, 3) yaw, pitch and roll in degrees of (N, 68, 2) landmarks with square pixels; NaN stays NaN.

    The camera is taken to be far away: the best 2×3 matrix from the model to the points is brought to the
    nearest scaled rotation.
    """
    chosen = landmarks[:, POINTS].astype(np.float64)
    known = np.isfinite(chosen).all(axis=(1, 2))
    angles = np.full((len(landmarks), 3), np.nan)
    if known.any():
        angles[known] = _angles(_rotations(chosen[known]))
    return angles


def _rotations(points: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = points - points.mean(axis=1, keepdims=True)
    inverse = np.linalg.pinv(MODEL - MODEL.mean(axis=0))
    affine = np.swapaxes(inverse @ centred, 1, 2)
    left, _, right = np.linalg.svd(affine, full_matrices=False)
    turned = np.empty((len(points), 3, 3))
    turned[:, :2] = left @ right
    turned[:, 2] = np.cross(turned[:, 0], turned[:, 1])
    return turned


def _angles(rotations: NDArray[np.float64]) -> NDArray[np.float64]:
    yaw = np.arcsin(np.clip(-rotations[:, 2, 0], -1, 1))
    pitch = np.arctan2(rotations[:, 2, 1], rotations[:, 2, 2])
    roll = np.arctan2(rotations[:, 1, 0], rotations[:, 0, 0])
    return np.asarray(np.degrees(np.stack([yaw, pitch, roll], axis=1)), np.float64)
