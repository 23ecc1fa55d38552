"""Cutting a face out of a raw frame, and changing it there in the source's own pixel format."""

from math import ceil, floor

import cv2
import numpy as np

from core.media.raw import RawFormat, RawFrame
from core.warp.landmarks import face_size
from core.warp.sampling import shrunk
from core.warp.types import Box, Composite, Floats, View

REGION = (*range(1, 16), *range(27, 36), *range(48, 68))
"""Lower face and nose."""

MARGIN = 0.1
BELOW = 0.3
"""Surroundings kept on each side and, with the neck, below, in face sizes."""

NEUTRAL = 128.0


def view_of(layout: RawFormat, frame: RawFrame, landmarks: Floats, aspect: float) -> View | None:
    """The lower face with what surrounds it; None where none of it is in the frame.

    ``landmarks``: (68, 2) in pixels as coded. ``aspect``: of a sample.
    """
    box = _box(layout, landmarks)
    if box is None:
        return None
    corner = np.array((box.left, box.top), np.float32)
    return View(box, cut(layout, frame, box), landmarks - corner, aspect)


def cut(layout: RawFormat, frame: RawFrame, box: Box) -> Floats:
    """(h, w, 3) Y'CbCr on the scale of 8 bits, the colour planes as large as luma."""
    luma, *colour = layout.planes(frame)[:3]
    pixels = np.full((box.height, box.width, 3), NEUTRAL, np.float32)
    pixels[..., 0] = luma[_rows(box), _columns(box)]
    for channel, plane in enumerate(colour, start=1):
        down, across = _steps(luma.shape, plane.shape)
        part = plane[_rows(box, down), _columns(box, across)].astype(np.float32)
        size = (part.shape[1] * across, part.shape[0] * down)
        pixels[..., channel] = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)[
            : box.height, : box.width
        ]
    present = slice(0, 1 + len(colour))
    pixels[..., present] /= _unit(layout)
    return pixels


def paste(layout: RawFormat, frame: RawFrame, box: Box, composite: Composite) -> None:
    """Adds the change to the frame, in place; samples that the mask does not wholly cover are not touched."""
    planes = layout.planes(frame)[:3]
    for channel, plane in enumerate(planes):
        down, across = _steps(planes[0].shape, plane.shape)
        change = _shrunk(composite.change[..., channel], down, across)
        covered = _shrunk((composite.mask > 0).astype(np.float32), down, across) > 0.999
        part = plane[_rows(box, down), _columns(box, across)]
        limit = 256 * _unit(layout) - 1
        value = np.clip(np.rint(part + change * _unit(layout)), 0, limit)
        part[covered] = value[covered].astype(plane.dtype)


def _box(layout: RawFormat, landmarks: Floats) -> Box | None:
    face = face_size(landmarks)
    low, high = landmarks[REGION, :].min(axis=0), landmarks[REGION, :].max(axis=0)
    low, high = low - MARGIN * face, high + np.array([MARGIN, BELOW]) * face
    # Whole blocks of the coarsest colour planes.
    left, top = (max(0, floor(edge / 2) * 2) for edge in low)
    right = min(layout.width, ceil(high[0] / 2) * 2)
    bottom = min(layout.height, ceil(high[1] / 2) * 2)
    if right - left < 2 or bottom - top < 2:
        return None
    return Box(left, top, right - left, bottom - top)


def _rows(box: Box, step: int = 1) -> slice:
    return slice(box.top // step, -(-(box.top + box.height) // step))


def _columns(box: Box, step: int = 1) -> slice:
    return slice(box.left // step, -(-(box.left + box.width) // step))


def _steps(luma: tuple[int, ...], plane: tuple[int, ...]) -> tuple[int, int]:
    """Luma samples for each of a plane, down and across."""
    return -(-luma[0] // plane[0]), -(-luma[1] // plane[1])


def _shrunk(values: Floats, down: int, across: int) -> Floats:
    height, width = values.shape
    whole = cv2.copyMakeBorder(values, 0, -height % down, 0, -width % across, cv2.BORDER_REPLICATE)
    return shrunk(np.asarray(whole, np.float32), whole.shape[1] // across, whole.shape[0] // down)


def _unit(layout: RawFormat) -> float:
    """Steps of the format in one step of 8 bits."""
    bits = int(layout.name[-4:-2]) if layout.name.endswith("le") else 8
    return float(1 << (bits - 8))
