"""A frame between two frames, drawn along the motion of the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.media.read.raw import RawFormat, RawFrame

FLOW_SIDE = 640
SQUARED_TOLERANCE = 0.5
RELATIVE_TOLERANCE = 0.01
FEATHER_PIXELS = 2.0
LEAST_CONSISTENT = 0.5

Field = NDArray[np.float32]


@dataclass(frozen=True)
class _Motion:
    """``forward``, ``backward``: (h, w, 2) pixels of the flow's own grid. ``kept``, ``found``: (h, w), 1
    where a pixel of the first frame is seen in the second, and of the second in the first.
    """

    forward: Field
    backward: Field
    kept: Field
    found: Field


class FlowInterpolator:
    """Draws what lies between neighbouring frames of one layout.

    Dense inverse search flow (Kroeger et al. 2016) in both directions. A pixel seen in both frames is mixed
    of the two, one that is hidden in either comes from the other, and where neither direction confirms the
    other the nearest frame stands. Memory: the flow of the last pair.
    """

    def __init__(self, layout: RawFormat) -> None:
        self._layout = layout
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._pair: tuple[RawFrame, RawFrame] | None = None
        self._motion: _Motion | None = None

    def between(self, before: RawFrame, after: RawFrame, share: float) -> RawFrame:
        """The picture at ``share`` (0 … 1) of the way from one frame to the next."""
        nearest = before if share < 0.5 else after
        motion = self._between(before, after)
        if float((motion.kept * motion.found).mean()) < LEAST_CONSISTENT:
            return nearest
        drawn = nearest.copy()
        # Where each pixel of the frame between was and will be (Jiang et al. 2018, eq. 4).
        back = -(1 - share) * share * motion.forward + share**2 * motion.backward
        ahead = (1 - share) ** 2 * motion.forward - share * (1 - share) * motion.backward
        weights = _weights(motion, back, ahead, share)
        planes = zip(*(self._layout.planes(frame) for frame in (before, after, drawn)), strict=True)
        for first, second, plane in planes:
            sources = (_moved(first, back), _moved(second, ahead), plane.astype(np.float32))
            parts = (_fitted(weight, plane.shape) for weight in weights)
            mixed = sum(part * source for part, source in zip(parts, sources, strict=True))
            plane[:] = np.rint(mixed).astype(plane.dtype)
        return drawn

    def _between(self, before: RawFrame, after: RawFrame) -> _Motion:
        if self._motion is None or self._pair is None or not _same(self._pair, (before, after)):
            first, second = self._luma(before), self._luma(after)
            forward, backward = self._flow(first, second), self._flow(second, first)
            self._pair = before, after
            self._motion = _Motion(
                forward, backward, _consistent(forward, backward), _consistent(backward, forward)
            )
        return self._motion

    def _flow(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Field:
        nothing = np.zeros((*first.shape, 2), np.float32)
        return np.asarray(self._search.calc(first, second, nothing), np.float32)

    def _luma(self, frame: RawFrame) -> NDArray[np.uint8]:
        """In 8 bits, small enough for the flow to be cheap."""
        luma = self._layout.planes(frame)[0]
        eight = (luma >> (self._layout.bits - 8)).astype(np.uint8)
        scale = min(1.0, FLOW_SIDE / max(eight.shape))
        return np.asarray(cv2.resize(eight, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _same(pair: tuple[RawFrame, RawFrame], other: tuple[RawFrame, RawFrame]) -> bool:
    return all(one is another for one, another in zip(pair, other, strict=True))


def _consistent(there: Field, back: Field) -> Field:
    """1 where going there and back ends where it began (Sundaram et al. 2010, eq. 5), (h, w)."""
    returned = _moved(back, there)
    gap = np.square(there + returned).sum(axis=2)
    length = np.square(there).sum(axis=2) + np.square(returned).sum(axis=2)
    return np.asarray(gap < RELATIVE_TOLERANCE * length + SQUARED_TOLERANCE, np.float32)


def _weights(motion: _Motion, back: Field, ahead: Field, share: float) -> tuple[Field, Field, Field]:
    """How much of the first, the second and the nearest frame each pixel is made of, together 1."""
    first = cv2.GaussianBlur(_moved(motion.kept, back), (0, 0), FEATHER_PIXELS)
    second = cv2.GaussianBlur(_moved(motion.found, ahead), (0, 0), FEATHER_PIXELS)
    total = (1 - share) * first + share * second
    sure = np.minimum(first + second, 1.0)
    scale = sure / np.maximum(total, 1e-6)
    return (1 - share) * first * scale, share * second * scale, 1.0 - sure


def _moved(plane: NDArray[np.uint8] | NDArray[np.uint16] | Field, flow: Field) -> Field:
    """``plane`` read where ``flow`` points to, at the plane's own size."""
    height, width = plane.shape[:2]
    scale = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    steps = _fitted(flow, plane.shape) * scale
    across = steps[..., 0] + np.arange(width, dtype=np.float32)
    down = steps[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    read = cv2.remap(plane, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(read, np.float32)


def _fitted(field: Field, shape: tuple[int, ...]) -> Field:
    height, width = shape[:2]
    if field.shape[:2] == (height, width):
        return field
    return np.asarray(cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
