"""Streams the source's frames in order, each paired with the best of its donors."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.donors import Wish
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.looks import Seen, seen, unlike
from liptune.core.warp.patch import view_of
from liptune.core.warp.types import Left, Pair


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
            self._seen[index] = seen(view)

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
