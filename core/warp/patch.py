"""Cuts a face out of a raw frame, and writes a composite back in the source's own pixel format."""

from math import ceil, floor

import cv2
import numpy as np

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.landmarks import face_size
from liptune.core.warp.sampling import shrunk
from liptune.core.warp.types import Box, Composite, Floats, Part, View

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
    box = box_of_view(layout, landmarks)
    return None if box is None else View(box, cut(layout, frame, box), landmarks - corner(box), aspect)


def corner(box: Box) -> Floats:
    """(2,) where it begins in its frame."""
    return np.array((box.left, box.top), np.float32)


def cropped(layout: RawFormat, frame: RawFrame, box: Box) -> RawFrame:
    """The samples in the box, as a frame of its size."""
    planes = layout.planes(frame)
    steps = (_steps(planes[0].shape, plane.shape) for plane in planes)
    parts = [
        plane[_rows(box, down), _columns(box, across)].ravel()
        for plane, (down, across) in zip(planes, steps, strict=True)
    ]
    return np.concatenate(parts).view(np.uint8)


def cut(layout: RawFormat, frame: RawFrame, box: Box) -> Floats:
    """(h, w, 3) Y'CbCr on the scale of 8 bits, the colour planes as large as luma."""
    luma, *colour = layout.planes(frame)[:3]
    channels = [luma[_rows(box), _columns(box)].astype(np.float32)]
    for plane in colour:
        down, across = _steps(luma.shape, plane.shape)
        part = plane[_rows(box, down), _columns(box, across)].astype(np.float32)
        size = (part.shape[1] * across, part.shape[0] * down)
        large = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
        channels.append(np.asarray(large[: box.height, : box.width], np.float32))
    missing = 3 - len(channels)
    neutral = np.full((box.height, box.width), NEUTRAL * unit(layout), np.float32)
    pixels = cv2.merge([*channels, *[neutral] * missing])
    return np.asarray(pixels if unit(layout) == 1 else pixels / np.float32(unit(layout)), np.float32)


def paste(layout: RawFormat, frame: RawFrame, box: Box, composite: Composite) -> None:
    """Adds the change to the frame, in place; samples that the mask does not wholly cover are not touched."""
    planes = layout.planes(frame)[:3]
    here, part = _covered(box, composite.mask)
    for channel, plane in enumerate(planes):
        down, across = _steps(planes[0].shape, plane.shape)
        change = _shrunk(composite.change[*part, channel], down, across)
        covered = _shrunk((composite.mask[part] > 0).astype(np.float32), down, across) > 0.999
        samples = plane[_rows(here, down), _columns(here, across)]
        limit = 256 * unit(layout) - 1
        value = np.clip(np.rint(samples + change * np.float32(unit(layout))), 0, limit)
        np.copyto(samples, value.astype(plane.dtype), where=covered)


def _covered(box: Box, mask: Floats) -> tuple[Box, Part]:
    """The box of what may change, in the frame and in the view, on the grid of the colour planes."""
    left, top, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    left, top, right, bottom = left // 2 * 2, top // 2 * 2, left + width, top + height
    right, bottom = min(mask.shape[1], -(-right // 2) * 2), min(mask.shape[0], -(-bottom // 2) * 2)
    here = Box(box.left + left, box.top + top, right - left, bottom - top)
    return here, (slice(top, bottom), slice(left, right))


def box_of_view(layout: RawFormat, landmarks: Floats) -> Box | None:
    """Where the lower face with what surrounds it lies; None where none of it is in the frame."""
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


def unit(layout: RawFormat) -> float:
    """Steps of the format in one step of 8 bits."""
    bits = int(layout.name[-4:-2]) if layout.name.endswith("le") else 8
    return float(1 << (bits - 8))
