"""Multi-band blending (Burt and Adelson 1983): each band of detail is joined over a seam of its own width."""

import cv2
import numpy as np

from liptune.core.warp.types import Floats

FEWEST_PIXELS = 8


def weighted(change: Floats, mask: Floats, bands: int) -> Floats:
    """(h, w, 3) of what to add to an image that changes by ``change`` where the (h, w) mask is 1."""
    return _weighted(change, mask, min(bands, max(1, int(np.log2(min(mask.shape) / FEWEST_PIXELS)))))


def masked(image: Floats, mask: Floats) -> Floats:
    """The (h, w, 3) image times the (h, w) mask."""
    return np.asarray(cv2.multiply(image, cv2.merge([mask] * 3)), np.float32)


def _weighted(image: Floats, mask: Floats, bands: int) -> Floats:
    """The image times the mask, every band of it times a mask as smooth as the band."""
    if bands == 0:
        return masked(image, mask)
    lower = np.asarray(cv2.pyrDown(image), np.float32)
    softer = np.asarray(cv2.pyrDown(mask), np.float32)
    detail = np.asarray(cv2.subtract(image, _up(lower, image)), np.float32)
    return np.asarray(
        cv2.add(masked(detail, mask), _up(_weighted(lower, softer, bands - 1), image)), np.float32
    )


def _up(image: Floats, like: Floats) -> Floats:
    height, width = like.shape[:2]
    return np.asarray(cv2.pyrUp(image, dstsize=(width, height)), np.float32)
