"""Between pixels and the mean face's coordinates, for faces over time."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.types import POINTS
from liptune.core.faces.pose import face_pose


def poses(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(T, 2, 3) similarities from pixels to the mean face, of (T, 68, 2) points; NaN where one is NaN."""
    found = np.full((len(landmarks), 2, 3), np.nan)
    for at in np.flatnonzero(np.isfinite(landmarks).all((1, 2))):
        found[at] = face_pose(landmarks[at])
    return found


def shapes(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The told points of (T, 68, 2) pixels in the mean face's coordinates, (T, P, 2); NaN stays NaN."""
    pose = poses(landmarks)
    turned = landmarks[:, POINTS].astype(np.float64) @ pose[:, :, :2].swapaxes(1, 2)
    return np.asarray(turned + pose[:, None, :, 2], np.float32)


def placed(points: NDArray[np.float32], pose: NDArray[np.float64]) -> NDArray[np.float32]:
    """(T, P, 2) of the mean face in pixels; ``pose``: (T, 2, 3), as of `poses`."""
    back = np.linalg.inv(pose[:, :, :2]).swapaxes(1, 2)
    return np.asarray((points - pose[:, None, :, 2]) @ back, np.float32)
