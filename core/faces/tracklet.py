"""One face while it is followed: its landmarks by frame, its gaps, and whether it is surely a face."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.geometry import Box, box_of
from liptune.core.faces.landmarks import Landmarks
from liptune.core.faces.smooth import LOOKAHEAD, smooth

MIN_SEEN = 8
"""Frames; a third of a second. Anything shorter is noise, and too short to score."""

MIN_SCORE = 0.3
"""Best detector score of a face; dlib's false alarms rarely reach it."""


@dataclass
class Trail:
    """A face from frame ``first`` on. ``points[i]`` is None where it was not seen.

    ``latest``: the latest sighting. Once emitted, old points are let go; ``first`` moves with them.
    """

    first: int
    score: float
    latest: Landmarks
    points: list[NDArray[np.float32] | None] = field(default_factory=list)
    seen: int = 0
    checked: int = 0
    confirmed: int = 0
    number: int | None = None
    ended: bool = False

    @property
    def last(self) -> int:
        """The latest frame it was seen in."""
        return self.first + len(self.points) - 1

    @property
    def box(self) -> Box:
        """Where it was last seen."""
        return box_of(self.latest.points)

    @property
    def convincing(self) -> bool:
        """Whether it has been seen long and surely enough to be reported."""
        return self.seen >= MIN_SEEN and self.score >= MIN_SCORE

    def append(self, frame: int, found: Landmarks) -> None:
        """Adds a sighting; frames passed over since the last one are a gap."""
        self.points.extend([None] * (frame - self.last - 1))
        self.points.append(found.points)
        self.latest = found
        self.seen += 1

    def prepend(self, points: NDArray[np.float32]) -> None:
        """Adds a sighting in the frame before the first."""
        self.points.insert(0, points)
        self.first -= 1
        self.seen += 1

    def at(self, frame: int) -> tuple[NDArray[np.float32], bool]:
        """Returns smoothed (68, 2) landmarks and whether the face was seen there."""
        at = frame - self.first
        low, high = max(0, at - LOOKAHEAD), min(len(self.points), at + LOOKAHEAD + 1)
        whole = np.stack([self._bridged(i) for i in range(low, high)])
        return smooth(whole, at - low), self.points[at] is not None

    def forget(self, frame: int) -> None:
        """Lets go of what no frame after ``frame`` needs."""
        spare = frame - LOOKAHEAD - self.first
        while spare > 0 and self.points[spare] is None:
            spare -= 1
        if spare > 0:
            del self.points[:spare]
            self.first += spare

    def _bridged(self, at: int) -> NDArray[np.float32]:
        here = self.points[at]
        if here is not None:
            return here
        before, after = at - 1, at + 1
        while self.points[before] is None:
            before -= 1
        while self.points[after] is None:
            after += 1
        left, right = self.points[before], self.points[after]
        assert left is not None  # noqa: S101
        assert right is not None  # noqa: S101
        share = np.float32((at - before) / (after - before))
        return left + share * (right - left)
