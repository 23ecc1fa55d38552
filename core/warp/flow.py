"""The last pixel of alignment: what the skin around the mouth says, carried smoothly inwards."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.warp.sampling import drawn, shrunk
from core.warp.types import Floats, Pair

WORK_SIDE = 192
"""Pixels a side at which motion is measured: finer than a landmark on any face."""

REACH = 0.03
"""How far a piece of skin speaks for its surroundings, in sides of the view."""


def correction(sources: Floats, pair: Pair, *, seam: NDArray[np.bool_], head: NDArray[np.bool_]) -> Floats:
    """(h, w, 2) pixels by which to look elsewhere in ``sources`` (h, w, 2), so that skin falls on skin.

    ``seam``: where target and donor should show the same, and are brought to. ``head``: skin that moves with
    the head alone; lips and chin, which differ, are corrected by as much as it is on average.
    """
    height, width = seam.shape
    zoom = min(1.0, WORK_SIDE / max(height, width))
    size = (max(16, round(width * zoom)), max(16, round(height * zoom)))
    target, donor = (_small(each.pixels[..., 0], zoom) for each in (pair.target, pair.donor))
    brought = drawn(donor, shrunk(sources, *size) * np.float32(zoom) + np.float32((zoom - 1) / 2))
    flow = _flow(_bytes(target, size), _bytes(brought, size)) / np.float32(zoom)
    coarse = _smooth(flow, *(shrunk(each.astype(np.float32), *size) for each in (seam, head)))
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _small(luma: Floats, zoom: float) -> Floats:
    height, width = luma.shape
    return shrunk(luma, max(16, round(width * zoom)), max(16, round(height * zoom)))


def _flow(target: NDArray[np.uint8], donor: NDArray[np.uint8]) -> Floats:
    """Dense inverse search (Kroeger et al. 2016): where each pixel of the target is in the donor."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    return np.asarray(search.calc(target, donor, np.zeros((*target.shape, 2), np.float32)), np.float32)


def _smooth(flow: Floats, seam: Floats, head: Floats) -> Floats:
    sigma = REACH * max(seam.shape)
    whole = np.median(flow[head > 0.5], axis=0) if (head > 0.5).any() else np.zeros(2, np.float32)
    flow = whole + (flow - whole) * seam[..., None]
    return np.asarray(cv2.GaussianBlur(flow, (0, 0), sigma), np.float32)


def _bytes(luma: Floats, size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.clip(shrunk(luma, *size), 0, 255).astype(np.uint8)
