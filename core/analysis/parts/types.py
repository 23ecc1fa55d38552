"""A part of a picture, and what is seen in it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.types import TrackAnalysis
from liptune.core.faces.types import Sightings

LEAD = 25
"""Frames before its beginning that a part looks at too: more than a cut is told by."""


@dataclass(frozen=True)
class Part:
    """A stretch of the analysis timeline, to be looked at by itself.

    ``begin``, ``end``: its nominal frames, None for the picture's end. It answers for whole shots: from the
    first cut of its own on (or the picture's beginning), up to the first cut behind its end, however far that
    is. So every frame is one part's. ``phase_seconds``: as `core.media.clock.phase` says.
    """

    begin: int
    end: int | None = None
    phase_seconds: float = 0.0

    @property
    def start(self) -> int:
        """The first frame that it looks at."""
        return max(0, self.begin - LEAD)


@dataclass(frozen=True)
class Seam:
    """Where one part hands over to another: the first frame of a shot.

    ``before``: (n,) uint64, digests of the last frames before it, by which two parts know that they have
    seen the same.
    """

    frame: int
    before: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))

    def is_at(self, other: "Seam") -> bool:
        """Whether two parts found the same seam, behind the same frames."""
        return self.frame == other.frame and np.array_equal(self.before, other.before)


@dataclass(frozen=True, kw_only=True)
class SeenPart:
    """What is seen of a picture in a part.

    ``head``: the cut that it begins with; None where it begins with the picture, or has no cut of its own,
    and so no frames. ``tail``: the cut that it ends at; None where it ends with the picture. ``tracks``: by
    index, their frames counted from the picture's start. ``complained``: whether the decoder did.
    """

    head: Seam | None
    tail: Seam | None
    tracks: tuple[TrackAnalysis, ...]
    cuts: NDArray[np.int64]
    sightings: Sightings
    complained: bool
