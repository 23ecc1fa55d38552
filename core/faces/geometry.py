"""Boxes and landmarks: converting one to the other, and comparing boxes."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

BOX_PER_SPREAD = 2.8
RISE_PER_SPREAD = 0.117
"""Size and upward shift of dlib's detection box, in RMS distances of the 68 points from their mean.

Medians over detections in the training clips.
"""


def box_of(landmarks: NDArray[np.float32]) -> Box:
    """Returns the square box dlib's detector would draw around (68, 2) landmarks."""
    x, y = np.add.reduce(landmarks) / len(landmarks)
    spread = sqrt(np.square(landmarks - (x, y)).sum() / len(landmarks))
    half = BOX_PER_SPREAD * spread / 2
    y -= RISE_PER_SPREAD * spread
    return float(x - half), float(y - half), float(x + half), float(y + half)


def between_eyes(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the distances in pixels between the middles of the eyes of (..., 68, 2) landmarks, (...)."""
    apart = landmarks[..., 42:48, :].mean(axis=-2) - landmarks[..., 36:42, :].mean(axis=-2)
    return np.asarray(np.linalg.norm(apart, axis=-1))


def side(box: Box) -> float:
    """Returns the longer side in pixels."""
    return max(box[2] - box[0], box[3] - box[1])


def centre(box: Box) -> tuple[float, float]:
    """Returns the middle, x and y."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def moved(box: Box, dx: float, dy: float, zoom: float = 1.0) -> Box:
    """Returns the box shifted by (dx, dy) sides and scaled about its centre."""
    (x, y), half = centre(box), side(box) / 2
    x, y, half = x + dx * 2 * half, y + dy * 2 * half, half * zoom
    return x - half, y - half, x + half, y + half


def scaled(box: Box, factor: float, left: float = 0.0, top: float = 0.0) -> Box:
    """Returns the box multiplied by ``factor``, then shifted by (left, top) pixels."""
    return box[0] * factor + left, box[1] * factor + top, box[2] * factor + left, box[3] * factor + top


def iou(a: Box, b: Box) -> float:
    """Returns intersection over union, 0 to 1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / (areas - shared)
