"""Did the head's landmarks stay where they were, as far as a detector can tell?"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.geometry import box_of
from liptune.core.faces.landmarks import landmark_model
from liptune.core.warp.geometry import moved, similarity
from liptune.core.warp.landmarks import MOUTH, STILL, face_size
from liptune.core.warp.types import Floats, Pair

HEAD = tuple(range(36))
"""Jaw line, brows and nose."""

CHIN = tuple(range(4, 13))
"""These go with the donor's mouth, on purpose."""

ABOVE_CHIN = tuple(each for each in HEAD if each not in CHIN)
RECODED_QUALITY = 90
TRACKED_REACH = 0.06
"""Size of what is followed around a point, in face sizes."""

Gray = NDArray[np.uint8]


@dataclass(frozen=True)
class Moved:
    """Mean distances in pixels of a changed face's landmarks.

    ``lips``: from the donor's, brought onto the head. ``head``, ``above_chin``, ``chin``: from the
    original's, by the detector, which looks at the whole face: another mouth moves its nose. ``noise``: of
    ``head``, where the original was only coded again. ``tracked``: of ``above_chin``, by what is around each
    point alone.
    """

    lips: float
    head: float
    above_chin: float
    chin: float
    noise: float
    tracked: float


def movement(pair: Pair, made: Floats) -> Moved:
    """``made``: (h, w, 3) Y'CbCr of the target with its new mouth."""
    target, donor = pair.target, pair.donor
    own, new = _gray(target.pixels), _gray(made)
    before, after = _located(own, target.landmarks), _located(new, target.landmarks)
    again = _located(_recoded(own), target.landmarks)
    theirs, still = _located(_gray(donor.pixels), donor.landmarks), list(STILL)
    brought = moved(theirs, similarity(theirs[still], after[still], target.aspect))
    return Moved(
        lips=_apart(after[MOUTH], brought[MOUTH]),
        head=_apart(before, after, HEAD),
        above_chin=_apart(before, after, ABOVE_CHIN),
        chin=_apart(before, after, CHIN),
        noise=_apart(before, again, HEAD),
        tracked=_tracked(own, new, target.landmarks),
    )


def _apart(a: NDArray[np.floating], b: NDArray[np.floating], only: tuple[int, ...] | None = None) -> float:
    distances = np.linalg.norm(a - b, axis=1)
    return float(distances[list(only)].mean() if only else distances.mean())


def _tracked(before: Gray, after: Gray, landmarks: Floats) -> float:
    """Lucas and Kanade (1981), on pyramids."""
    points = np.ascontiguousarray(landmarks[list(ABOVE_CHIN)])
    window = (2 * max(3, round(TRACKED_REACH * face_size(landmarks) / 2)) + 1,) * 2
    found, _, _ = cv2.calcOpticalFlowPyrLK(before, after, points, np.empty_like(points), winSize=window)
    return _apart(np.asarray(found, np.float32), points)


def _gray(pixels: Floats) -> Gray:
    return np.clip(pixels[..., 0], 0, 255).astype(np.uint8)


def _recoded(gray: Gray) -> Gray:
    _, coded = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, RECODED_QUALITY])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _located(gray: Gray, near: Floats) -> Floats:
    grown = round(0.6 * face_size(near))
    wide = cv2.copyMakeBorder(gray, grown, grown, grown, grown, cv2.BORDER_REPLICATE)
    found = landmark_model().locate(np.asarray(wide, np.uint8), box_of(np.asarray(near + grown, np.float32)))
    if found is None:
        raise ValueError("the face is lost")
    return np.asarray(found.points - grown, np.float32)
