"""Shrunken copies of views, on which masks, bends and light are computed."""

import cv2
import numpy as np

from liptune.core.warp.sampling import enlarged, pixel_grid
from liptune.core.warp.types import Floats, Pair, Part, View

WORK_SIDE = 192
"""Most pixels a side: finer than a landmark on any face."""

FEWEST_PIXELS = 16


def zoom_of(view: View) -> float:
    """Pixels of a small copy in one of the view."""
    shape = view.pixels.shape[:2]
    return float(min(1.0, max(WORK_SIDE / max(shape), FEWEST_PIXELS / min(shape))))


def small_pair(pair: Pair) -> Pair:
    """Both views at the target's `zoom_of`."""
    zoom = zoom_of(pair.target)
    if zoom == 1.0:
        return pair
    shape = None if pair.shape is None else _points(pair.shape, zoom)
    return Pair(_small(pair.target, zoom), _small(pair.donor, zoom), shape)


def sources_at(part: Part, sources: Floats, zoom: float) -> Floats:
    """(h, w, 2) the donor's pixel for each of a ``part`` of the target's view, from those of the copies."""
    shifts = sources - pixel_grid(sources.shape[1], sources.shape[0])
    found = enlarged(shifts, zoom, part)
    found *= np.float32(1 / zoom)
    found += pixel_grid(found.shape[1], found.shape[0])
    found += np.array((part[1].start, part[0].start), np.float32)
    return found


def bounds(mask: Floats, margin: float, view: View) -> Part:
    """The part of a view that a small ``mask`` covers, and a margin of the view's pixels around it."""
    left, top, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    zoom, (tall, wide) = zoom_of(view), view.pixels.shape[:2]
    rows = _stretched(top, top + height, zoom, margin, tall)
    return rows, _stretched(left, left + width, zoom, margin, wide)


def _stretched(first: int, last: int, zoom: float, margin: float, size: int) -> slice:
    low, high = (first - 0.5) / zoom - margin, (last + 0.5) / zoom + margin
    return slice(max(0, int(np.floor(low))), min(size, int(np.ceil(high))))


def _small(view: View, zoom: float) -> View:
    """Not brought to whole sizes, which would stretch the two views differently."""
    pixels = cv2.resize(view.pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    return View(view.box, np.asarray(pixels, np.float32), _points(view.landmarks, zoom), view.aspect)


def _points(points: Floats, zoom: float) -> Floats:
    return (points + np.float32(0.5)) * np.float32(zoom) - np.float32(0.5)
