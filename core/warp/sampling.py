"""Reads images between their pixels, shrinks and enlarges them."""

import cv2
import numpy as np

from liptune.core.warp.types import Floats, Part


def drawn(pixels: Floats, sources: Floats, method: int = cv2.INTER_CUBIC) -> Floats:
    """The image whose pixel (y, x) shows ``pixels`` at ``sources[y, x]``, (h, w, 2) of x and y."""
    return np.asarray(
        cv2.remap(pixels, sources, np.empty(0), method, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def pixel_grid(width: int, height: int) -> Floats:
    """(h, w, 2), each pixel's own x and y."""
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([columns, rows], axis=-1)


def shrunk(values: Floats, width: int, height: int) -> Floats:
    """The image at a smaller size, free of aliasing."""
    if values.shape[:2] == (height, width):
        return values
    return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def enlarged(values: Floats, zoom: float, part: Part) -> Floats:
    """The ``part`` of what a smooth image is a copy of, at ``zoom``; between pixels, straight."""
    rows, columns = part
    corner = (zoom * (edge.start + 0.5) - 0.5 for edge in (columns, rows))
    back = np.array([[zoom, 0, next(corner)], [0, zoom, next(corner)]])
    size = (columns.stop - columns.start, rows.stop - rows.start)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    grown = cv2.warpAffine(values, back, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(grown, np.float32)
