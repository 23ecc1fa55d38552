"""Brings a face's points into the mean face's coordinates, in distances between the eyes."""

import numpy as np
from numpy.typing import NDArray

# Left eye, right eye and nose of the mean face, in distances between the eyes from their middle.
TEMPLATE = np.array([[-0.5, 0.0], [0.5, 0.0], [0.0, 0.45]])
ANCHORS = (slice(36, 42), slice(42, 48), slice(27, 36))


def face_pose(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Least-squares similarity (2, 3) from image pixels to the mean face (Umeyama 1991, in complex form)."""
    anchors = np.array([landmarks[part].mean(0) for part in ANCHORS], np.float64)
    source = anchors[:, 0] + 1j * anchors[:, 1]
    target = TEMPLATE[:, 0] + 1j * TEMPLATE[:, 1]
    centred = source - source.mean()
    spread = max(float(np.vdot(centred, centred).real), 1e-6)
    turn = np.vdot(centred, target - target.mean()) / spread
    shift = target.mean() - turn * source.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
