"""Moving pictures made of the astronaut's portrait (NASA, public domain), with faces at known places."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

from liptune.core.media.types import FrameBatch

Gray = NDArray[np.uint8]
Place = tuple[float, float, float]
"""Centre x and y of the face and its box's side, in pixels."""

Path = Callable[[int], Place | None]

FACE = (227.0, 124.0, 92.0)
"""Where dlib sees the face in the portrait: centre x, y and side."""


@cache
def portrait() -> Gray:
    """(512, 512) luma."""
    colour: NDArray[np.uint8] = data.astronaut()  # type: ignore[no-untyped-call]
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)


@cache
def backdrop(width: int, height: int, seed: int = 0) -> Gray:
    """Soft clouds in which nothing looks like a face."""
    coarse = np.random.default_rng(seed).integers(60, 200, (6, 8)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def paste(canvas: Gray, place: Place) -> None:
    """Puts the head and a little around it on the canvas, its edge faded."""
    x, y, size = place
    zoom = size / FACE[2]
    matrix = np.array([[zoom, 0, x - zoom * FACE[0]], [0, zoom, y - zoom * FACE[1]]])
    flags = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    warped = cv2.warpAffine(portrait(), matrix, canvas.shape[::-1], flags=flags)
    rows, columns = np.indices(canvas.shape)
    away = np.hypot((columns - x) / 0.85, rows - y) / size
    weight = np.clip((0.95 - away) / 0.1, 0, 1)
    canvas[:] = np.round(weight * warped + (1 - weight) * canvas)


def scene(frames: int, paths: Sequence[Path], width: int = 320, height: int = 240, seed: int = 0) -> Gray:
    """(frames, height, width) luma; a path gives a face's place at each frame, or None."""
    shot = np.stack([backdrop(width, height, seed)] * frames)
    for t, canvas in enumerate(shot):
        for path in paths:
            if (place := path(t)) is not None:
                paste(canvas, place)
    return shot


def batches(frames: Gray, size: int = 32, scale: float = 1.0) -> Iterator[FrameBatch]:
    for first in range(0, len(frames), size):
        yield FrameBatch(first, frames[first : first + size], scale)
