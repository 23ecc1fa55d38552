"""Fits a donor's face onto the target's: registers, bends, aligns it, and compares colours."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.colour import Colours
from liptune.core.warp.flow import correction
from liptune.core.warp.geometry import bent, head_motion, placed
from liptune.core.warp.landmarks import CHIN, MOUTH, STILL, face_size
from liptune.core.warp.light import step
from liptune.core.warp.mask import (
    FEATHER,
    common_skin,
    lips_mask,
    lower_face,
    lower_face_with_mouths,
    still_skin,
    within,
)
from liptune.core.warp.occlusion import NECK_REACH, SKIN_REACH, difference
from liptune.core.warp.sampling import drawn, enlarged, pixel_grid
from liptune.core.warp.small_copies import bounds, small_pair, sources_at, zoom_of
from liptune.core.warp.types import Floats, Left, Pair, Part, View

LIPS_GROWTH = 1.25
"""Skin this far from the lips moves with the jaw, not with speech alone."""

MOST_TURN = 0.35
MOST_ZOOM = 1.3


@dataclass(frozen=True)
class Fitted:
    """What is needed to join a donor to its target.

    ``target``, ``donor``, ``mask``: the ``part`` of the view that the mask covers, Y'CbCr. ``shape``: of the
    view. ``small_donor``: (h, w, 3) L*a*b* of all of it, at ``zoom``. ``light``: (3,) L*a*b* that the donor
    lacks. ``apart``: ΔE*ab that the skin of one has beyond the other's. ``face``: its size in pixels.
    """

    target: Floats
    donor: Floats
    mask: Floats
    part: Part
    zoom: float
    shape: tuple[int, int]
    small_donor: Floats
    light: NDArray[np.float64]
    apart: float
    face: float


def fitted(pair: Pair, colours: Colours) -> Fitted | Left:
    """Registers, bends and aligns the donor; or says why not.

    All that is smooth is found on small copies; only the pixels themselves are drawn at full size.
    """
    small, zoom = small_pair(pair), zoom_of(pair.target)
    motion = head_motion(small)
    if not _plausible(motion):
        return Left.DEGENERATE
    points = placed(small, motion)
    covered = lower_face if small.shape is None else lower_face_with_mouths
    mask = covered(small.target, points)
    speaking = lips_mask(small.target, points[MOUTH], LIPS_GROWTH)
    sources = _aligned(small, motion, mask, speaking)
    shown = _shown(sources, small.donor)
    if not shown[lips_mask(small.target, points[MOUTH], grow=1.0)].all():
        return Left.DEGENERATE
    mask = within(mask, shown, small.target)
    donor = colours.lab(drawn(small.donor.pixels, sources))
    skin = common_skin(small.target, points) & ~speaking
    target, seam = colours.lab(small.target.pixels), 4 * mask * (1 - mask)
    light = step(target, donor, np.where(skin, seam, 0).astype(np.float32))
    reaches = SKIN_REACH * face_size(small.target.landmarks), _collar_reach(small, points, zoom)
    areas = zip((skin & (mask > 0), (seam > 0.5) & ~skin & ~speaking), reaches, strict=True)
    apart = difference(target, donor + light.astype(np.float32), areas, face_size(small.target.landmarks))
    face = face_size(pair.target.landmarks)
    part = bounds(mask, FEATHER * face, pair.target)
    return Fitted(
        target=pair.target.pixels[part],
        donor=drawn(pair.donor.pixels, sources_at(part, sources, zoom)),
        mask=enlarged(mask, zoom, part),
        part=part,
        zoom=zoom,
        shape=(pair.target.pixels.shape[0], pair.target.pixels.shape[1]),
        small_donor=donor,
        light=light,
        apart=apart,
        face=face,
    )


def _aligned(pair: Pair, motion: NDArray[np.float64], mask: Floats, speaking: NDArray[np.bool_]) -> Floats:
    """(h, w, 2) the donor's pixel for each of the target's."""
    sources = bent(pair, motion)
    seam = _around(mask, face_size(pair.target.landmarks)) & ~speaking
    shift = correction(sources, pair, seam=seam, head=still_skin(pair.target) & (mask == 0))
    return drawn(sources, pixel_grid(mask.shape[1], mask.shape[0]) + shift, cv2.INTER_LINEAR)


def _shown(sources: Floats, donor: View) -> NDArray[np.bool_]:
    """(h, w) where the donor's picture has something: its face may be cut off by an edge of the frame."""
    height, width = donor.pixels.shape[:2]
    inside = (sources >= 0) & (sources <= np.array((width - 1, height - 1), np.float32))
    return np.asarray(inside.all(axis=-1))


def _collar_reach(pair: Pair, points: NDArray[np.float64], zoom: float) -> float:
    """Pixels by which a collar, which goes with neither head nor chin, may lie elsewhere in the donor."""
    target, donor = (
        each.landmarks[list(STILL)].mean(axis=0) + zoom * np.array((each.box.left, each.box.top))
        for each in (pair.target, pair.donor)
    )
    chin = points[CHIN] - pair.target.landmarks[CHIN]
    own = NECK_REACH * face_size(pair.target.landmarks)
    return float(own + np.linalg.norm(donor - target) + np.linalg.norm(chin))


def _around(mask: Floats, face: float) -> NDArray[np.bool_]:
    """The seam and as much again outside of it."""
    away = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return np.asarray((away < FEATHER * face) & (mask < 1))


def _plausible(motion: NDArray[np.float64]) -> bool:
    zoom = float(np.sqrt(abs(np.linalg.det(motion[:, :2]))))
    turn = float(np.arctan2(motion[1, 0] - motion[0, 1], motion[0, 0] + motion[1, 1]))
    return bool(np.isfinite(motion).all()) and 1 / MOST_ZOOM < zoom < MOST_ZOOM and abs(turn) < MOST_TURN
