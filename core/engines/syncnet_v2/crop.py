"""The face crop of SyncNet v2, whose place and size are medians over 13 frames."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.syncnet_v2.network import SIDE

MEDIAN_FRAMES = 13
LAG = MEDIAN_FRAMES // 2
BELOW = 1.8
BESIDE = 1.4
FILL = 110

FOREHEAD = 0.3
"""Forehead that a face detector's box shows above the brows, in heights of brow to chin.

The published code takes boxes of S3FD, trained on boxes from forehead to chin. The 68 points end at the
brows. A third of brow to chin is the part of the forehead below the hairline that such boxes keep.
"""

MARGIN = 0.6
"""How far the medians may lie from a frame's own box, in half its size; a face moves less in 6 frames."""


@dataclass(frozen=True)
class FaceView:
    """A face with its surroundings. ``box``: centre x, y and half the longer side, in frame pixels.

    ``pixels``: (h, w, 3) uint8 RGB, its first pixel at ``left``, ``top`` of the frame.
    """

    pixels: NDArray[np.uint8]
    left: int
    top: int
    box: tuple[float, float, float]


def face_view(frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> FaceView:
    """Keeps of an RGB frame what any crop of the face may need, given (68, 2) landmarks in its pixels."""
    x, y, half = box = face_box(landmarks)
    reach = (BESIDE + MARGIN) * half, (BELOW + MARGIN) * half
    left, right = (int(np.clip(x + side * reach[0], 0, frame.shape[1])) for side in (-1, 1))
    top = int(np.clip(y - (1 + MARGIN) * half, 0, frame.shape[0]))
    bottom = int(np.clip(y + reach[1], 0, frame.shape[0]))
    return FaceView(frame[top:bottom, left:right].copy(), left, top, box)


def face_box(landmarks: NDArray[np.float32]) -> tuple[float, float, float]:
    """Centre x, y and half the longer side of the detector's box around (68, 2) landmarks."""
    (left, brows), (right, chin) = landmarks.min(axis=0), landmarks.max(axis=0)
    top = brows - FOREHEAD * (chin - brows)
    half = max(right - left, chin - top) / 2
    return float(left + right) / 2, float(top + chin) / 2, float(half)


class Cropper:
    """Turns views into crops, ``LAG`` frames behind."""

    def __init__(self) -> None:
        outside = (0.0, 0.0, 0.0)
        self._boxes = deque([outside] * MEDIAN_FRAMES, maxlen=MEDIAN_FRAMES)
        self._views: deque[FaceView] = deque()
        self._after = 0

    def push(self, view: FaceView) -> Iterator[NDArray[np.uint8]]:
        """Takes the next view; yields the crop that is now complete, if any."""
        self._views.append(view)
        self._boxes.append(view.box)
        if len(self._views) > LAG:
            yield self._crop()

    def finish(self) -> Iterator[NDArray[np.uint8]]:
        """Yields the crops of the last views."""
        for _ in range(LAG - len(self._views)):
            self._boxes.append((0.0, 0.0, 0.0))
        while self._views:
            self._boxes.append((0.0, 0.0, 0.0))
            yield self._crop()

    def _crop(self) -> NDArray[np.uint8]:
        """Crops the oldest view, the middle of the 13 boxes. Beyond both ends of the track boxes are zeros.

        They are in the published code (``scipy.signal.medfilt``). A track under 7 frames would have nothing
        but zeros: its own boxes are taken.
        """
        view = self._views.popleft()
        x, y, half = np.median(np.array(self._boxes), axis=0)
        return crop(view, (x, y, half) if half > 0 else view.box)


def crop(view: FaceView, box: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Cuts rows y - s … y + 1.8 s and columns x ± 1.4 s, resized to (224, 224, 3) RGB."""
    x, y, half = box
    pad = int(half * BELOW)
    rows = int(y + pad - half) - pad - view.top, int(y + pad + half * BELOW) - pad - view.top
    columns = int(x + pad - half * BESIDE) - pad - view.left, int(x + pad + half * BESIDE) - pad - view.left
    face = _cut(view.pixels, rows, columns)
    return np.asarray(cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)


def _cut(pixels: NDArray[np.uint8], rows: tuple[int, int], columns: tuple[int, int]) -> NDArray[np.uint8]:
    """Cuts rows and columns, filled where the picture does not reach."""
    height, width = max(rows[1] - rows[0], 1), max(columns[1] - columns[0], 1)
    face = np.full((height, width, 3), FILL, np.uint8)
    top, left = max(rows[0], 0), max(columns[0], 0)
    inside = pixels[top : max(rows[0] + height, 0), left : max(columns[0] + width, 0)]
    at_row, at_column = top - rows[0], left - columns[0]
    face[at_row : at_row + inside.shape[0], at_column : at_column + inside.shape[1]] = inside
    return face
