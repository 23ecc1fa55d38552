"""Splits batches into single frames and marks the first frame of each shot."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.cuts import CutFinder
from liptune.core.faces.images import Gray, to_gray
from liptune.core.media.types import FrameBatch


@dataclass
class Frame:
    """A frame on its way through the tracker. ``sighted``: whether any face was found in it so far."""

    index: int
    pixels: NDArray[np.uint8]
    gray: Gray
    scale: float
    cut: bool = False
    sighted: bool = False


def with_cuts(batches: Iterable[FrameBatch]) -> Iterator[Frame]:
    """Yields the frames, a few late, with ``cut`` set on the first of each shot but the first."""
    finder = CutFinder()
    waiting: deque[Frame] = deque()
    for frame in _frames(batches):
        waiting.append(frame)
        yield from _marked(waiting, finder.push(frame.gray))
    yield from _marked(waiting, finder.finish())


def _frames(batches: Iterable[FrameBatch]) -> Iterator[Frame]:
    for batch in batches:
        for at, pixels in enumerate(batch.frames):
            yield Frame(batch.first + at, pixels, to_gray(pixels), batch.scale)


def _marked(waiting: deque[Frame], decisions: Iterable[bool]) -> Iterator[Frame]:
    for cut in decisions:
        frame = waiting.popleft()
        frame.cut = cut
        yield frame
