"""Mouth and chin, registered on the head, bent to the target's jaw and joined band by band."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.warp.colour import Colours
from core.warp.flow import correction
from core.warp.geometry import bent, head_motion, moved
from core.warp.landmarks import MOUTH, face_size
from core.warp.light import settled, step
from core.warp.mask import FEATHER, lips_mask, lower_face, still_skin
from core.warp.multiband import blended
from core.warp.occlusion import difference, hidden
from core.warp.sampling import drawn, pixel_grid
from core.warp.types import Composite, Floats, Left, Pair

Part = tuple[slice, slice]

SETTLE_FRAMES = 4
"""Frames on either side that the matching of light looks at."""

LIPS_GROWTH = 1.25
"""Skin this far from the lips moves with the jaw, not with speech alone."""

MOST_TURN = 0.35
MOST_ZOOM = 1.3


@dataclass(frozen=True)
class Fitted:
    """A donor brought onto a target, L*a*b* each of the ``part`` of the view that the (h, w) mask covers.

    ``light``: (3,) what the donor lacks. ``apart``: ΔE*ab of the skin that both should show.
    """

    target: Floats
    donor: Floats
    mask: Floats
    part: Part
    light: NDArray[np.float64]
    apart: float
    face: float


@dataclass(frozen=True)
class Pyramid:
    """Ours."""

    colours: Colours

    def __call__(self, pairs: Iterable[Pair | Left]) -> Iterator[Composite | Left]:
        """One composite for each pair, `SETTLE_FRAMES` late; what is left alone stays that."""
        near: deque[Fitted | Left] = deque()
        due = 0
        for pair in pairs:
            near.append(self.fitted(pair) if isinstance(pair, Pair) else pair)
            if len(near) - due > SETTLE_FRAMES:
                yield self._joined(near, due)
                due += 1
            if due > SETTLE_FRAMES:
                near.popleft()
                due -= 1
        for at in range(due, len(near)):
            yield self._joined(near, at)

    def fitted(self, pair: Pair) -> Fitted | Left:
        """Registers, bends and aligns the donor; or says why not."""
        motion = head_motion(pair)
        if not _plausible(motion):
            return Left.DEGENERATE
        points = moved(pair.donor.landmarks, motion)
        face = face_size(pair.target.landmarks)
        mask = lower_face(pair.target, points)
        speaking = lips_mask(pair.target, points[MOUTH], LIPS_GROWTH)
        part = _bounds(mask, FEATHER * face)
        sources = bent(pair, motion)
        seam, head = _around(mask, face) & ~speaking, still_skin(pair.target) & (mask == 0)
        shift = correction(sources, pair, seam=seam, head=head)
        here = drawn(sources, (pixel_grid(*mask.shape[::-1]) + shift)[part], cv2.INTER_LINEAR)
        target = self.colours.lab(pair.target.pixels[part])
        donor = self.colours.lab(drawn(pair.donor.pixels, here))
        ring = np.where(speaking, 0, 4 * mask * (1 - mask)).astype(np.float32)[part]
        light = step(target, donor, ring)
        apart = difference(target, donor + light.astype(np.float32), ring, face)
        return Fitted(target, donor, mask, part, light, apart, face)

    def _joined(self, near: deque[Fitted | Left], at: int) -> Composite | Left:
        item = near[at]
        if isinstance(item, Left):
            return item
        run, place = _run(near, at)
        if hidden([each.apart for each in run], place):
            return Left.OCCLUDED
        light = settled([each.light for each in run], place)
        bands = max(2, round(np.log2(FEATHER * item.face)))
        mask = item.mask[item.part]
        joined = blended(item.target, item.donor + light.astype(np.float32), mask, bands)
        # The bands reach a little beyond the mask: they fade out within it.
        fade = np.clip(4 * mask, 0, 1)[..., None]
        joined = item.target + fade * (joined - item.target)
        change = np.zeros((*item.mask.shape, 3), np.float32)
        change[item.part] = self.colours.from_lab(joined) - self.colours.from_lab(item.target)
        return Composite(change, item.mask)


def _run(near: deque[Fitted | Left], at: int) -> tuple[list[Fitted], int]:
    """The unbroken run of fitted frames about ``at``, and its place in it."""
    first = last = at
    while first > 0 and isinstance(near[first - 1], Fitted):
        first -= 1
    while last < len(near) - 1 and isinstance(near[last + 1], Fitted):
        last += 1
    return [each for each in list(near)[first : last + 1] if isinstance(each, Fitted)], at - first


def _plausible(motion: NDArray[np.float64]) -> bool:
    zoom = float(np.sqrt(abs(np.linalg.det(motion[:, :2]))))
    turn = float(np.arctan2(motion[1, 0] - motion[0, 1], motion[0, 0] + motion[1, 1]))
    return bool(np.isfinite(motion).all()) and 1 / MOST_ZOOM < zoom < MOST_ZOOM and abs(turn) < MOST_TURN


def _around(mask: Floats, face: float) -> NDArray[np.bool_]:
    """The seam and as much again outside of it."""
    away = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return np.asarray((away < FEATHER * face) & (mask < 1))


def _bounds(mask: Floats, margin: float) -> Part:
    """The box around the mask, with room for the bands."""
    left, top, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    edge = round(margin)
    return slice(max(0, top - edge), top + height + edge), slice(max(0, left - edge), left + width + edge)
