"""Corrects the alignment of donor and target by optical flow on the skin around the mouth, (h, w, 2)."""

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.sampling import drawn
from liptune.core.warp.types import Floats, Pair

REACH = 0.03
"""How far a piece of skin speaks for its surroundings, in sides of the view."""


def correction(sources: Floats, pair: Pair, *, seam: NDArray[np.bool_], head: NDArray[np.bool_]) -> Floats:
    """(h, w, 2) pixels by which to look elsewhere in ``sources`` (h, w, 2), so that skin falls on skin.

    ``seam``: where target and donor should show the same, and are brought to. ``head``: skin that moves with
    the head alone; lips and chin, which differ, are corrected by as much as it is on average.
    """
    donor = np.ascontiguousarray(pair.donor.pixels[..., 0])
    flow = _flow(_bytes(pair.target.pixels[..., 0]), _bytes(drawn(donor, sources)))
    whole = np.median(flow[head], axis=0) if head.any() else np.zeros(2, np.float32)
    flow = whole + (flow - whole) * seam[..., None]
    return np.asarray(cv2.GaussianBlur(flow, (0, 0), REACH * max(seam.shape)), np.float32)


def _flow(target: NDArray[np.uint8], donor: NDArray[np.uint8]) -> Floats:
    """Dense inverse search (Kroeger et al. 2016): where each pixel of the target is in the donor."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    return np.asarray(search.calc(target, donor, np.zeros((*target.shape, 2), np.float32)), np.float32)


def _bytes(luma: Floats) -> NDArray[np.uint8]:
    return np.clip(luma, 0, 255).astype(np.uint8)
