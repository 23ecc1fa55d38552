"""Cutting and resizing grey frames."""

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
"""(H, W) uint8 luma."""


def to_gray(pixels: NDArray[np.uint8]) -> Gray:
    """Returns the luma of a (H, W) or (H, W, 3) RGB frame."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def resized(gray: Gray, width: int, height: int) -> Gray:
    """Returns the frame at another size, free of aliasing."""
    method = cv2.INTER_AREA if width < gray.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, (max(1, width), max(1, height)), interpolation=method), np.uint8)


def padded(gray: Gray, above: int, below: int, before: int, after: int) -> Gray:
    """Returns the frame with its edges repeated outwards."""
    bordered = cv2.copyMakeBorder(gray, above, below, before, after, cv2.BORDER_REPLICATE)
    return np.asarray(bordered, np.uint8)


def cut_out(gray: Gray, left: int, top: int, size: int) -> Gray:
    """Returns the (size, size) square at (left, top), the frame's edges repeated outside it."""
    height, width = gray.shape
    left, top = min(max(left, 1 - size), width - 1), min(max(top, 1 - size), height - 1)
    inside = gray[max(top, 0) : top + size, max(left, 0) : left + size]
    above, before = max(-top, 0), max(-left, 0)
    rows, columns = inside.shape
    return padded(inside, above, size - above - rows, before, size - before - columns)
