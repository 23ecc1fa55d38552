"""Multi-band blending (Burt and Adelson 1983): each detail over a seam as wide as itself."""

import cv2
import numpy as np

from core.warp.types import Floats

FEWEST_PIXELS = 8


def weighted(change: Floats, mask: Floats, bands: int) -> Floats:
    """(h, w, 3) of what to add to an image that changes by ``change`` where the (h, w) mask is 1."""
    return _weighted(change, mask, min(bands, max(1, int(np.log2(min(mask.shape) / FEWEST_PIXELS)))))


def _weighted(image: Floats, mask: Floats, bands: int) -> Floats:
    """The image times the mask, every band of it times a mask as smooth as the band."""
    if bands == 0:
        return image * mask[..., None]
    lower = np.asarray(cv2.pyrDown(image), np.float32)
    softer = np.asarray(cv2.pyrDown(mask), np.float32)
    detail = image - _up(lower, image)
    detail *= mask[..., None]
    detail += _up(_weighted(lower, softer, bands - 1), image)
    return detail


def _up(image: Floats, like: Floats) -> Floats:
    height, width = like.shape[:2]
    return np.asarray(cv2.pyrUp(image, dstsize=(width, height)), np.float32)
