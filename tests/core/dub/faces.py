"""Faces that speak: shapes with a known opening, and the mouths of made-up videos."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes as shapes_of
from liptune.core.dub.mouths import Mouths
from liptune.core.dub.shapes import Shapes, Turning
from liptune.core.dub.wanted import Wanted
from tests.core.warp.scenes import landmarks

CLOSED = 0.02
"""Opening of `landmarks`, in faces, of a mouth at rest."""


def shapes(openings: NDArray[np.float64] | list[float]) -> Shapes:
    """One shape for each opening, in faces."""
    return shapes_of(np.stack([landmarks(opening) for opening in openings]))


def mouths(seen: Shapes, **changed: NDArray[np.generic]) -> Mouths:
    """A face from the front in one light, but for what is ``changed``."""
    count = len(seen)
    known = {
        "pose": np.zeros((count, 3)),
        "track": np.zeros(count, np.int64),
        "sharpness": np.full(count, 5, np.float32),
        "light": np.full(count, 100, np.float32),
    }
    still = Turning(np.zeros(3), np.zeros((3, 2)))
    return Mouths(seen, **(known | changed), turning=still)  # type: ignore[arg-type]


def asked(wanted: Shapes) -> Wanted:
    """All of them, of frames that are all to be dubbed."""
    return Wanted(wanted, np.ones(len(wanted), np.bool_), np.arange(len(wanted)))
