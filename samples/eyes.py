"""Closes the portrait's eyes by drawing the upper lids down."""

import cv2
import numpy as np

from samples.canvas import Picture
from samples.portrait import LEFT_EYE, RIGHT_EYE, Points

# Heights above the lid's edge: skin that stretches, and lashes that move as they are.
_SKIN = 7.0
_LASHES = 2.0


def blink(picture: Picture, closed: float, left: float, top: float, scale: int) -> Picture:
    """Returns the picture with both eyes shut by ``closed``, 0 to 1."""
    if closed < 0.01:
        return picture
    for eye in (LEFT_EYE, RIGHT_EYE):
        picture = _shut(picture, (eye - (left, top)) * scale + (scale - 1) / 2, closed, scale)
    return picture


def _shut(picture: Picture, eye: Points, closed: float, scale: int) -> Picture:
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    upper, lower = eye[[0, 1, 2, 3]], eye[[0, 5, 4, 3]]
    edge = np.interp(columns[0], upper[:, 0], upper[:, 1])
    floor = np.interp(columns[0], lower[:, 0], lower[:, 1])
    crease, lashes = edge - _SKIN * scale, edge - _LASHES * scale
    drop = 0.9 * closed * (floor - edge)
    skin = crease + (rows - crease) * (lashes - crease) / (lashes + drop - crease)
    ball = edge + (rows - edge - drop) * (floor - edge) / np.maximum(floor - edge - drop, 1e-3)
    source = np.where(rows < lashes + drop, skin, np.where(rows < edge + drop, rows - drop, ball))
    inside = (rows > crease) & (rows < floor) & (columns > eye[0, 0]) & (columns < eye[3, 0])
    source = np.where(inside, source, rows).astype(np.float32)
    return np.asarray(cv2.remap(picture, columns, source, cv2.INTER_LINEAR), np.float32)
