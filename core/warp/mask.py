"""Masks of the target's view, (h, w): which pixels may change, and how much of the donor each gets."""

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.landmarks import JAW, MOUTH, NOSE_BASE, face_size
from liptune.core.warp.types import Floats, View

REFERENCE_FACE = 256
"""Pixels of the face for which the reference method's sizes are meant."""

REFERENCE_BLUR = 15
OUTER_SCALE = 1.15

FEATHER = 0.07
"""Width of the seam in face sizes."""

MOUTH_GROWTH = 1.4
"""Of mouths that differ much: so far from lips the seam begins."""

WITHIN_JAW = 0.9
"""Share of the way from the mouth to the jaw: its edge is dark in one picture and bright in the next."""

_SKIN_POINTS = slice(3, 14)

# How far points of the jaw are drawn in towards the mouth (beside it) or moved out (the chin).
_JAW_POINTS = slice(4, 13)
_DRAWN_IN = np.array([0.32, 0.12, -0.15, -0.25, -0.27, -0.25, -0.15, 0.12, 0.32])
_BELOW_NOSE = 0.22


def reference_mask(view: View) -> NDArray[np.uint8]:
    """(h, w) of the reference method: the hull of the lips at 255, in that hull scaled 1.15 at 128; blurred.

    The blur of 15 × 15 pixels is for a face of 256; it grows with the face.
    """
    lips = view.landmarks[MOUTH]
    centre = lips.mean(axis=0)
    mask = np.zeros(view.pixels.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, _hull(centre + OUTER_SCALE * (lips - centre)), 128)
    cv2.fillConvexPoly(mask, _hull(lips), 255)
    size = 2 * round(REFERENCE_BLUR / 2 * face_size(view.landmarks) / REFERENCE_FACE - 0.5) + 1
    return np.asarray(cv2.GaussianBlur(mask, (max(3, size),) * 2, 0), np.uint8)


def lower_face(view: View, donor: NDArray[np.float64]) -> Floats:
    """(h, w) 0 … 1: mouth and chin, the target's and the donor's, whose (68, 2) points are given in the view.

    Rises smoothly from exactly 0 over a seam whose width goes with the face's size.
    """
    inside = np.zeros(view.pixels.shape[:2], np.uint8)
    cv2.fillPoly(inside, [_hull(_outline(view.landmarks, donor))], 1)
    return _feathered(inside, view)


def lower_face_with_mouths(view: View, donor: NDArray[np.float64]) -> Floats:
    """As `lower_face`, with all of both mouths, however wide they are.

    Of one that the other does not cover, something would else be left beside it.
    """
    inside = np.zeros(view.pixels.shape[:2], np.uint8)
    for points in (view.landmarks, donor):
        lips = points[MOUTH]
        cv2.fillPoly(inside, [_hull(lips.mean(axis=0) + MOUTH_GROWTH * (lips - lips.mean(axis=0)))], 1)
    inside &= common_skin(view, view.landmarks.astype(np.float64)).astype(np.uint8)
    both = np.argwhere(inside)[:, ::-1].astype(np.float64)
    cv2.fillPoly(inside, [_hull(np.concatenate([_outline(view.landmarks, donor), both]))], 1)
    return _feathered(inside, view)


def _feathered(inside: NDArray[np.uint8], view: View) -> Floats:
    # Beyond the frame nothing needs to be joined: its border is no seam.
    framed = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    rise = np.clip(depth / (FEATHER * face_size(view.landmarks)), 0, 1)
    return np.asarray(rise * rise * (3 - 2 * rise), np.float32)


def within(mask: Floats, shown: NDArray[np.bool_], view: View) -> Floats:
    """The mask faded out towards pixels that the donor does not show, (h, w), and 0 there."""
    return mask if shown.all() else np.minimum(mask, _feathered(shown.astype(np.uint8), view))


def still_skin(view: View) -> NDArray[np.bool_]:
    """(h, w) nose and cheeks between eyes and mouth: skin that moves with the head alone, or nearly."""
    mask = np.zeros(view.pixels.shape[:2], np.uint8)
    points = view.landmarks[[1, 2, 3, 13, 14, 15, 28, 31, 35]]
    middle = view.landmarks[list(NOSE_BASE)].mean(axis=0)
    cv2.fillConvexPoly(mask, _hull(middle + 0.85 * (points - middle)), 1)
    return mask > 0


def common_skin(view: View, donor: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(h, w) what lies within the jaws of both, the target's and the donor's, whose points are given.

    Neck and collar, which do not go with the head, stay outside.
    """
    masks = []
    for points in (view.landmarks, donor):
        face = np.concatenate([points[JAW][_SKIN_POINTS], points[list(NOSE_BASE)]])
        middle = points[MOUTH].mean(axis=0)
        mask = np.zeros(view.pixels.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, _hull(middle + WITHIN_JAW * (face - middle)), 1)
        masks.append(mask > 0)
    return np.asarray(masks[0] & masks[1])


def lips_mask(view: View, lips: NDArray[np.float64], grow: float) -> NDArray[np.bool_]:
    """(h, w) the hull of the target's and the donor's lips, grown about its middle."""
    both = np.concatenate([view.landmarks[MOUTH], lips])
    mask = np.zeros(view.pixels.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, _hull(both.mean(axis=0) + grow * (both - both.mean(axis=0))), 1)
    return mask > 0


def _outline(target: Floats, donor: NDArray[np.float64]) -> NDArray[np.float64]:
    centre = np.concatenate([target[MOUTH], donor[MOUTH]]).mean(axis=0)
    nose = target[list(NOSE_BASE)]
    jaws = [each[JAW][_JAW_POINTS] for each in (target, donor)]
    # Beside the mouth the jaw is the target's; the chin is wherever one of the two is.
    jaws[1][[0, 1, -2, -1]] = jaws[0][[0, 1, -2, -1]]
    lower = [jaw + _DRAWN_IN[:, None] * (centre - jaw) for jaw in jaws]
    return np.concatenate([*lower, nose + _BELOW_NOSE * (centre - nose)])


def _hull(points: NDArray[np.floating]) -> NDArray[np.int32]:
    return np.asarray(cv2.convexHull(_rounded(points)), np.int32)


def _rounded(points: NDArray[np.floating]) -> NDArray[np.int32]:
    return np.asarray(np.rint(points), np.int32)
