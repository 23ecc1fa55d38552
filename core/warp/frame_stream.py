"""Streams the source's frames in order, each paired with the best of its donors."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.donors import Wish
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.patch import view_of
from liptune.core.warp.types import Left, Pair, View

BLUR_COST = 0.7
"""Analysis frames of displacement that a donor half as sharp is worth avoiding."""

LIGHT_COST = 1.0
"""Likewise for one twice as bright or dark."""


@dataclass(frozen=True)
class Seen:
    """A face as it passed by. ``sharpness``, ``light``: of the part that speech leaves alone."""

    view: View
    sharpness: float
    light: float


@dataclass(frozen=True)
class Step:
    """A frame on its way out. ``donor``: the number of the frame that ``pair`` takes the mouth from."""

    index: int
    frame: RawFrame
    donor: int
    pair: Pair | Left


@dataclass
class Pairing:
    """Pairs each frame with the best of its candidates.

    Memory: faces, and whole frames only while a later donor is waited for.
    """

    layout: RawFormat
    faces: FrameFaces
    wishes: Sequence[Wish]
    aspect: float
    _seen: dict[int, Seen] = field(default_factory=dict)

    def steps(self, frames: Iterator[RawFrame]) -> Iterator[Step]:
        """Yields every frame once, in order."""
        until = self._last_use()
        waiting: deque[tuple[int, RawFrame]] = deque()
        previous = 0
        for newest, frame in enumerate(frames):
            if newest >= len(self.wishes):
                return
            self._look(newest, frame, until)
            waiting.append((newest, frame))
            while waiting and max((waiting[0][0], *self.wishes[waiting[0][0]].candidates)) <= newest:
                step = self._step(*waiting.popleft(), previous)
                previous = step.donor
                yield step
                self._forget(step.index, until)
        for index, held in waiting:
            yield self._step(index, held, previous)

    def _last_use(self) -> dict[int, int]:
        """The last frame that may need the face of each frame."""
        last: dict[int, int] = {}
        for index, wish in enumerate(self.wishes):
            if wish.left is None:
                last.update(dict.fromkeys((index, *wish.candidates), index))
        return last

    def _look(self, index: int, frame: RawFrame, until: dict[int, int]) -> None:
        if index not in until:
            return
        view = view_of(self.layout, frame, self.faces.landmarks[index], self.aspect)
        if view is not None:
            self._seen[index] = _seen(view)

    def _forget(self, done: int, until: dict[int, int]) -> None:
        for index in [each for each in self._seen if until[each] <= done]:
            del self._seen[index]

    def _step(self, index: int, frame: RawFrame, previous: int) -> Step:
        wish = self.wishes[index]
        if wish.left is not None:
            return Step(index, frame, index, wish.left)
        target = self._seen.get(index)
        if target is None:
            return Step(index, frame, index, Left.NO_FACE)
        donor = self._best(wish, target, previous)
        if donor is None:
            return Step(index, frame, index, Left.NO_FACE)
        return Step(index, frame, donor, Pair(target.view, self._seen[donor].view))

    def _best(self, wish: Wish, target: Seen, previous: int) -> int | None:
        """The cheapest candidate; time does not run backwards where that can be avoided."""
        there = [
            (each, cost + unlike(self._seen[each], target))
            for each, cost in zip(wish.candidates, wish.costs, strict=True)
            if each in self._seen
        ]
        later = [(each, cost) for each, cost in there if each >= previous]
        chosen = later or there
        return min(chosen, key=lambda pair: pair[1])[0] if chosen else None


def unlike(donor: Seen, target: Seen) -> float:
    """The cost of a donor's blur and of its other light, in analysis frames of displacement."""
    blur = max(0.0, float(np.log2(target.sharpness / donor.sharpness)))
    return BLUR_COST * blur + LIGHT_COST * abs(float(np.log2(donor.light / target.light)))


def _seen(view: View) -> Seen:
    """Measured on the nose and the cheeks beside it."""
    nose = view.landmarks[27:36]
    (left, top), (right, bottom) = nose.min(axis=0), nose.max(axis=0)
    reach = (right - left) / 2
    luma = view.pixels[
        max(0, round(top)) : max(2, round(bottom)),
        max(0, round(left - reach)) : max(2, round(right + reach)),
        0,
    ]
    if luma.size == 0:
        return Seen(view, 1.0, 1.0)
    light = float(luma.mean())
    return Seen(view, float(cv2.Laplacian(luma, cv2.CV_32F).std()) + 0.5, max(1.0, light))
