"""The types of tracking: `FaceTrack`, one face over consecutive frames, and `Sightings`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FaceTrack:
    """One face over the contiguous analysis frames ``first`` … ``first + n - 1``; never across a cut.

    ``landmarks``: (n, 68, 2) float32, iBUG 68-point order, in displayed source pixels, lightly smoothed.
    ``boxes``: (n, 4) float32 left, top, right, bottom in displayed source pixels, smoothed.
    ``seen``: (n,) bool, False where the face was bridged over a gap by interpolation.
    """

    index: int
    first: int
    landmarks: NDArray[np.float32]
    boxes: NDArray[np.float32]
    seen: NDArray[np.bool_]

    @property
    def frames(self) -> int:
        """Number of analysis frames the track spans."""
        return len(self.seen)


@dataclass(frozen=True)
class Sightings:
    """What was seen of faces in a clip, whether or not they became tracks.

    ``frames``: analysis frames looked at. ``frames_with_face``: those with any face. ``largest_face``: side
    of the largest in displayed source pixels, 0 where there was none.

    Where no face could be followed, a closer look adds: ``too_small``, whether faces are seen that are
    smaller than ``readable_face`` pixels a side; ``region``, what the option would be for the largest of
    them; and ``turned``, the degrees clockwise by which the picture would have to be turned to show faces.
    """

    frames: int = 0
    frames_with_face: int = 0
    largest_face: float = 0.0
    too_small: bool = False
    readable_face: float = 0.0
    region: str | None = None
    turned: int | None = None

    def beside(self, other: "Sightings") -> "Sightings":
        """What was seen in these frames and in others."""
        return Sightings(
            self.frames + other.frames,
            self.frames_with_face + other.frames_with_face,
            max(self.largest_face, other.largest_face),
        )
