"""Finds, frame by frame, the cut that a part of a picture begins with, and the one that it ends at."""

from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import numpy as np

from liptune.core.analysis.parts.types import LEAD, Part, Seam
from liptune.core.faces.frames import Frame

DIGEST_BYTES = 8


class CutSeeker:
    """Waits for the first cut from a frame on."""

    def __init__(self, begin: int) -> None:
        self._begin = begin
        self._before: deque[int] = deque(maxlen=LEAD)
        self.found: Seam | None = None

    def take(self, frame: Frame) -> None:
        """Takes the next frame."""
        if self.found is not None or frame.index < self._begin - LEAD:
            return
        if frame.cut and frame.index >= self._begin:
            self.found = Seam(frame.index, np.array(self._before, np.uint64))
        self._before.append(_digest(frame))


class Seams:
    """Those of a part."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._head = CutSeeker(part.begin) if part.begin else None
        self._tail = CutSeeker(part.end) if part.end is not None else None

    @property
    def head(self) -> Seam | None:
        """As of `SeenPart`."""
        return self._head.found if self._head else None

    @property
    def tail(self) -> Seam | None:
        """As of `SeenPart`."""
        return self._tail.found if self._tail else None

    def own(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Yields those of the frames that the part answers for, and reads on no longer than it must."""
        for frame in frames:
            if self._head:
                self._head.take(frame)
            if self._tail:
                self._tail.take(frame)
            if self._is_over(frame):
                return
            if self._head is None or self.head is not None:
                yield frame

    def _is_over(self, frame: Frame) -> bool:
        """Whether its last shot has ended, or its time has without one of its own."""
        if self.tail is not None:
            return True
        waits = self._head is not None and self.head is None
        return waits and self._part.end is not None and frame.index >= self._part.end


def _digest(frame: Frame) -> int:
    pixels = np.ascontiguousarray(frame.pixels)
    return int.from_bytes(blake2b(pixels.data, digest_size=DIGEST_BYTES).digest())
