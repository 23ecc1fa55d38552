"""Why the search found no face to follow: what a closer look and a turned picture show."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from liptune.core.faces.detect import MAX_ENLARGEMENT, WINDOW, Detection, Detector, Reach
from liptune.core.faces.geometry import side
from liptune.core.faces.images import Gray

TURNS = (90, 180, 270)
SHARE = 0.5
"""Of the stills must show a face, for one may be a mistake."""

ROOM = 2.6
"""Sides of the face that the region around it has."""


@dataclass(frozen=True)
class Missed:
    """``small``: boxes of upright faces in the sharpest still, in pixels of the stills, largest first.

    ``turned``: degrees clockwise by which a turned picture shows faces, None where none does.
    """

    small: tuple[Detection, ...] = ()
    turned: int | None = None


def look_again(stills: Iterable[Gray]) -> Missed:
    """Looks for small faces and for turned ones in frames of their full size."""
    detector = Detector()
    frames = list(stills)
    small = [found for frame in frames if (found := detector.search(frame, Reach.CLOSE))]
    if frames and len(small) >= SHARE * len(frames):
        most = max(small, key=len)
        return Missed(small=tuple(sorted(most, key=lambda face: -side(face.box))))
    counts = {turn: sum(_shows_face(detector, frame, turn) for frame in frames) for turn in TURNS}
    turn = max(counts, key=counts.__getitem__)
    return Missed(turned=turn if frames and counts[turn] >= SHARE * len(frames) else None)


def readable_side(scale: float) -> float:
    """The smallest face that can be followed, in source pixels, where frames are shown at ``scale``."""
    return WINDOW / MAX_ENLARGEMENT / scale


def region_around(face: Detection, width: int, height: int) -> tuple[int, int, int, int]:
    """x, y, width and height of a square around the face, within a picture of this size."""
    left, top, right, bottom = face.box
    size = min(round(ROOM * side(face.box)), width, height)
    x = round(min(max((left + right - size) / 2, 0), width - size))
    y = round(min(max((top + bottom - size) / 2, 0), height - size))
    return x, y, size, size


def _shows_face(detector: Detector, frame: Gray, clockwise: int) -> bool:
    turned = np.ascontiguousarray(np.rot90(frame, -clockwise // 90))
    return any(detector.search(turned, reach) for reach in (Reach.NEAR, Reach.MEDIUM))
