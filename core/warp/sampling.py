"""Reading images between their pixels."""

import cv2
import numpy as np

from core.warp.types import Floats


def drawn(pixels: Floats, sources: Floats, method: int = cv2.INTER_CUBIC) -> Floats:
    """The image whose pixel (y, x) shows ``pixels`` at ``sources[y, x]``, (h, w, 2) of x and y."""
    return np.asarray(
        cv2.remap(pixels, sources[..., 0], sources[..., 1], method, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def pixel_grid(width: int, height: int) -> Floats:
    """(h, w, 2), each pixel's own x and y."""
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([columns, rows], axis=-1)


def shrunk(values: Floats, width: int, height: int) -> Floats:
    """The image at a smaller size, free of aliasing."""
    return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA), np.float32)
