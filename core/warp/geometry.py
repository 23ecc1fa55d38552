"""Maps each pixel of the target's view to the donor's, (h, w, 2): a similarity, bent by a thin plate."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator

from liptune.core.warp.landmarks import JAW, MOUTH, NOSE_BASE, STILL, face_size
from liptune.core.warp.types import Floats, Pair

GRID = 20
"""Points a side at which the bend is computed; it is smooth between."""

STIFFNESS = 1e-3
"""Of the thin plate, with the face's size as the unit: evens out a pixel's error in a landmark."""

JAW_PART = slice(2, 15)

FOLLOWS = np.array([0, 0, 0, 0, 0.2, 0.6, 0.9, 1, 1, 1, 0.9, 0.6, 0.2, 0, 0, 0, 0])
"""How far each point of the jaw goes with the donor's: a chin at rest under a moving mouth looks wrong."""


def similarity(source: Floats, target: Floats, aspect: float = 1.0) -> NDArray[np.float64]:
    """(2, 3) turn, scale and shift that brings (n, 2) ``source`` nearest to ``target`` (least squares)."""
    a = source[:, 0] * aspect + 1j * source[:, 1].astype(np.float64)
    b = target[:, 0] * aspect + 1j * target[:, 1].astype(np.float64)
    factor = np.vdot(a - a.mean(), b - b.mean()) / np.vdot(a - a.mean(), a - a.mean())
    shift = b.mean() - factor * a.mean()
    c, s = factor.real, factor.imag
    return np.array([[c, -s / aspect, shift.real / aspect], [s * aspect, c, shift.imag]])


def moved(points: NDArray[np.floating], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) points under a (2, 3) map."""
    return np.asarray(points @ affine[:, :2].T + affine[:, 2])


def inverted(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (2, 3) map back."""
    back = np.linalg.inv(affine[:, :2])
    return np.concatenate([back, -back @ affine[:, 2:]], axis=1)


def head_motion(pair: Pair) -> NDArray[np.float64]:
    """(2, 3) from the donor's view to the target's, on the points that speech does not move."""
    still = list(STILL)
    return similarity(pair.donor.landmarks[still], pair.target.landmarks[still], pair.target.aspect)


def placed(pair: Pair, motion: NDArray[np.float64]) -> NDArray[np.float64]:
    """(68, 2) where the donor's points come to lie in the target's view."""
    return moved(pair.donor.landmarks, motion) if pair.shape is None else pair.shape.astype(np.float64)


def bent(pair: Pair, motion: NDArray[np.float64]) -> Floats:
    """(h, w, 2) float32, the donor's pixel for each of the target's.

    The head's motion, bent by a thin plate: nose and cheeks come to lie on the target's, so that the jaw line
    goes on across the seam, while lips and chin come to lie where they are `placed`.
    """
    back = inverted(motion)
    knots, shifts = _knots(pair, motion, back)
    height, width = pair.target.pixels.shape[:2]
    across, down = ((np.arange(GRID) + 0.5) * size / GRID - 0.5 for size in (width, height))
    grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    unit = face_size(pair.target.landmarks)
    plate = RBFInterpolator(knots / unit, shifts, kernel="thin_plate_spline", smoothing=STIFFNESS)
    coarse = plate(grid / unit).reshape(GRID, GRID, 2).astype(np.float32)
    x, y = np.arange(width)[None, :, None], np.arange(height)[:, None, None]
    plain = (x * back[:, 0] + back[:, 2]).astype(np.float32) + (y * back[:, 1]).astype(np.float32)
    return np.asarray(plain + cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _knots(
    pair: Pair, motion: NDArray[np.float64], back: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of the target's view and how far beside the head's motion each comes from in the donor's."""
    target, donor = pair.target.landmarks.astype(np.float64), pair.donor.landmarks.astype(np.float64)
    residual = donor - moved(target, back)
    base, still = list(NOSE_BASE), list(STILL)
    points = placed(pair, motion)
    reshaped = donor - moved(points, back)
    lips, chin = points[MOUTH], points[JAW]
    apart = _across(target[JAW], chin - target[JAW])
    jaw = target[JAW] + FOLLOWS[:, None] * apart
    followed = FOLLOWS[:, None] * reshaped[JAW]
    held = _across(donor[JAW], (1 - FOLLOWS)[:, None] * residual[JAW] + followed)
    knots = np.concatenate([jaw[JAW_PART], target[base], target[still], lips])
    shifts = np.concatenate([held[JAW_PART], residual[base], np.zeros((len(still), 2)), reshaped[MOUTH]])
    return knots, shifts


def _across(line: NDArray[np.float64], shifts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of each shift that crosses the line: points may lie anywhere along a jaw."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return np.asarray(shifts - (shifts * along).sum(axis=1, keepdims=True) * along)
