"""Every mouth of a video: its shape, the head's pose, its light and sharpness."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes as shapes_of
from liptune.core.articulation.mouth import opening
from liptune.core.dub.shapes import Shapes, Turning
from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.looks import look_of, middle
from liptune.core.warp.patch import unit

FROM_GALLERY = -2
"""The track of a mouth that may be given to any of the faces that are dubbed."""

PROFILE_DEGREES = 35.0
"""A mouth turned further away is seen from the side, and its far half hardly at all."""


@dataclass(frozen=True)
class Mouths:
    """The speaker's mouth on each of N source frames, NaN where it is not seen.

    Those of a gallery come after them. ``shapes``: (N, P, 2), as if no head turned. ``pose``: (N, 3) degrees.
    ``track``: (N,), -1 where there is none that can be used, `FROM_GALLERY` of a gallery. ``sharpness``,
    ``light``: (N,). ``turning``: of this face.
    """

    shapes: Shapes
    pose: NDArray[np.float64]
    track: NDArray[np.int64]
    sharpness: NDArray[np.float32]
    light: NDArray[np.float32]
    turning: Turning

    @property
    def openings(self) -> NDArray[np.float32]:
        """(N,) of the inner lips."""
        return opening(self.shapes)


def mouths_of(shown: FrameFaces, looks: NDArray[np.float32]) -> Mouths:
    """``shown``: landmarks in square pixels. ``looks``: (N, 2) of `looks_of`."""
    raw, pose = shapes_of(shown.landmarks), shown.pose
    facing = np.abs(pose[:, 0]) <= PROFILE_DEGREES
    seen = (shown.track >= 0) & facing & np.isfinite(raw).all(axis=(1, 2))
    turning = Turning.of(raw[seen], pose[seen])
    shapes = np.where(seen[:, None, None], raw - turning.at(pose), np.nan).astype(np.float32)
    track = np.where(seen, shown.track, -1)
    return Mouths(shapes, pose, track, looks[:, 0], looks[:, 1], turning)


def looks_of(layout: RawFormat, frames: Iterable[RawFrame], faces: FrameFaces) -> NDArray[np.float32]:
    """(N, 2) sharpness and light of each face in its frame, measured on the nose and beside it.

    ``faces``: landmarks in pixels as coded.
    """
    looks = np.ones((len(faces.track), 2), np.float32)
    for at, frame in zip(range(len(looks)), frames, strict=False):
        if faces.track[at] >= 0:
            luma = layout.planes(frame)[0][middle(faces.landmarks[at])]
            looks[at] = look_of(luma.astype(np.float32) / np.float32(unit(layout)))
    return looks
