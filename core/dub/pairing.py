"""Streams the source's frames in order, each paired with the mouth that it is to have."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.dub.casting import Cast
from liptune.core.dub.lending import Lending
from liptune.core.dub.scratch import Scratch
from liptune.core.media.read.raw import RawFrame
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.frame_stream import Step
from liptune.core.warp.patch import corner, view_of
from liptune.core.warp.types import Left, Pair, View


@dataclass
class Pairing:
    """Pairs each frame with its donor.

    ``faces``: landmarks in pixels as coded. ``shown``: (M,) the source's frame that each of the copy's shows.
    ``points``: (M, 68, 2) where those of the mouth shall lie. ``lending``: the gallery's faces, all kept.

    Memory: two frames; faces wait in ``scratch`` from when a second reading of the video passes them until
    the last frame that needs them.
    """

    scratch: Scratch
    faces: FrameFaces
    cast: Cast
    shown: NDArray[np.int64]
    points: NDArray[np.float32]
    lending: Lending | None = None

    def steps(self, frames: Iterator[RawFrame], ahead: Iterator[RawFrame]) -> Iterator[Step]:
        """Yields every frame of the copy once, in order. ``ahead``: the source's."""
        last, passed = self._last_use(), -1
        for index, frame in enumerate(frames):
            if index >= len(self.cast.left):
                return
            donor = int(self.cast.donors[index])
            while passed < donor < len(self.faces.track) and (other := next(ahead, None)) is not None:
                passed += 1
                if last.get(passed, -1) >= index:
                    self.scratch.keep(passed, other, self.faces.landmarks[passed])
            yield Step(index, frame, donor, self._pair(index, frame, donor))
            if last.get(donor) == index:
                self.scratch.drop(donor)

    def _last_use(self) -> dict[int, int]:
        return {
            int(donor): index
            for index, (donor, left) in enumerate(zip(self.cast.donors, self.cast.left, strict=True))
            if left is None
        }

    def _pair(self, index: int, frame: RawFrame, donor: int) -> Pair | Left:
        left = self.cast.left[index]
        if left is not None:
            return left
        layout, aspect = self.scratch.layout, self.scratch.aspect
        target = view_of(layout, frame, self.faces.landmarks[self.shown[index]], aspect)
        source = None if target is None else self._donor(donor, target)
        if target is None or source is None:
            return Left.NO_FACE
        return Pair(target, source, self.points[index] - corner(target.box))

    def _donor(self, donor: int, target: View) -> View | None:
        lent = donor - len(self.faces.track)
        if self.lending is not None and lent >= 0:
            return self.lending.view(lent, target)
        return self.scratch.view(donor, self.faces.landmarks[donor])
