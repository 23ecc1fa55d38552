"""The blend ``poisson``, the reference method: a homography of the mouth and seamless cloning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.colour import Colours
from liptune.core.warp.landmarks import MOUTH, face_size
from liptune.core.warp.mask import reference_mask
from liptune.core.warp.types import Composite, Floats, Left, Pair

RANSAC_SHARE = 0.01
"""Distance to the model that an inlier may have, in face sizes."""

MOST_ZOOM = 2.0
FEWEST_INLIERS = 8
BORDER = 8
"""Pixels added around: seamless cloning fails where the mask touches the border."""


@dataclass(frozen=True)
class Poisson:
    """Pérez et al. (2003), as OpenCV has it."""

    colours: Colours

    def __call__(self, pairs: Iterable[Pair | Left]) -> Iterator[Composite | Left]:
        """One composite for each pair; what is left alone stays that."""
        for pair in pairs:
            yield self._composite(pair) if isinstance(pair, Pair) else pair

    def _composite(self, pair: Pair) -> Composite | Left:
        matrix = homography(pair)
        if matrix is None:
            return Left.DEGENERATE
        height, width = pair.target.pixels.shape[:2]
        target, donor = self._bytes(pair.target.pixels), self._bytes(pair.donor.pixels)
        moved = _moved(donor, matrix, (width, height), cv2.BORDER_REPLICATE)
        mask = _moved(reference_mask(pair.donor), matrix, (width, height), cv2.BORDER_CONSTANT)
        if not mask.any():
            return Left.DEGENERATE
        cloned = clone(moved, target, mask)
        change = self.colours.ycc(_unit(cloned)) - self.colours.ycc(_unit(target))
        return Composite(change, np.asarray(mask / np.float32(255), np.float32))

    def _bytes(self, ycc: Floats) -> NDArray[np.uint8]:
        return np.rint(self.colours.rgb(ycc) * 255).astype(np.uint8)


def homography(pair: Pair) -> NDArray[np.float64] | None:
    """(3, 3) from the donor's lips to the target's; None where it would fold, mirror or blow them up."""
    lips, wanted = pair.donor.landmarks[MOUTH], pair.target.landmarks[MOUTH]
    reach = max(1.0, RANSAC_SHARE * face_size(pair.target.landmarks))
    matrix, inliers = cv2.findHomography(lips, wanted, cv2.RANSAC, reach)
    if matrix is None or int(inliers.sum()) < FEWEST_INLIERS:
        return None
    corners = cv2.boxPoints(cv2.minAreaRect(lips)).astype(np.float64)
    weights = np.c_[corners, np.ones(4)] @ matrix[2]
    zoom = _areas(corners) / max(_areas(cv2.perspectiveTransform(corners[None], matrix)[0]), 1e-9)
    sound = (weights > 0).all() and 1 / MOST_ZOOM**2 < zoom < MOST_ZOOM**2
    return np.asarray(matrix, np.float64) if sound else None


def clone(donor: NDArray[np.uint8], target: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Seamless cloning of what the mask covers, in place.

    OpenCV centres the mask's bounding box, not the mask, on the point it is given (opencv#21902), and
    writes to the mask (opencv#12053).
    """
    edge = (BORDER,) * 4
    left, top, width, height = cv2.boundingRect(mask)
    centre = (BORDER + left + width // 2, BORDER + top + height // 2)
    cloned = cv2.seamlessClone(
        cv2.copyMakeBorder(donor, *edge, cv2.BORDER_REPLICATE),
        cv2.copyMakeBorder(target, *edge, cv2.BORDER_REPLICATE),
        cv2.copyMakeBorder(mask, *edge, cv2.BORDER_CONSTANT, value=0),
        centre,
        cv2.NORMAL_CLONE,
    )
    return np.asarray(cloned[BORDER:-BORDER, BORDER:-BORDER], np.uint8)


def _moved(
    image: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int], border: int
) -> NDArray[np.uint8]:
    return np.asarray(cv2.warpPerspective(image, matrix, size, borderMode=border), np.uint8)


def _areas(corners: NDArray[np.float64]) -> float:
    """Signed area of a polygon: negative once mirrored."""
    return float(cv2.contourArea(corners.astype(np.float32), oriented=True))


def _unit(image: NDArray[np.uint8]) -> Floats:
    return np.asarray(image / np.float32(255), np.float32)
