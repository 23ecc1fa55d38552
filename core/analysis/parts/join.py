"""Joins what was seen in the parts of a picture to what the single pass sees."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.parts.types import Part, Seam, SeenPart
from liptune.core.analysis.types import TrackAnalysis
from liptune.core.faces.types import Sightings


class PartsDiffer(Exception):
    """Two parts do not see the same at their seam. ``number``: of the later, counted from 0."""

    def __init__(self, number: int) -> None:
        super().__init__(f"part {number} does not begin where another ends")
        self.number = number


@dataclass(frozen=True)
class Whole:
    """What was seen of the whole picture; see `core.analysis.types.Seen`. ``complained``: as of a part."""

    tracks: tuple[TrackAnalysis, ...]
    cuts: NDArray[np.int64]
    sightings: Sightings
    complained: bool


def joined(parts: Sequence[Part], seen: Callable[[int], SeenPart]) -> Whole:
    """Joins the parts of a picture that have frames; ``seen``: what was seen in the part of a number.

    Raises:
        PartsDiffer: So nothing is said of how the two belong together.
    """
    tracks: list[TrackAnalysis] = []
    cuts, sightings, complained = [np.zeros(0, np.int64)], Sightings(), False
    for part in _chain(parts, seen):
        tracks += [_numbered(each, number) for number, each in enumerate(part.tracks, len(tracks))]
        cuts.append(part.cuts)
        sightings = sightings.beside(part.sightings)
        complained |= part.complained
    return Whole(tuple(tracks), np.concatenate(cuts), sightings, complained)


def next_part(parts: Sequence[Part], tail: Seam) -> int:
    """The number of the part that has the frame which another ends at: no part between has one."""
    return next(
        number
        for number, part in enumerate(parts)
        if part.begin <= tail.frame and (part.end is None or tail.frame < part.end)
    )


def _chain(parts: Sequence[Part], seen: Callable[[int], SeenPart]) -> Iterator[SeenPart]:
    part = seen(0)
    yield part
    while part.tail is not None:
        number = next_part(parts, part.tail)
        following = seen(number)
        if following.head is None or not part.tail.is_at(following.head):
            raise PartsDiffer(number)
        part = following
        yield part


def _numbered(analysed: TrackAnalysis, index: int) -> TrackAnalysis:
    return replace(analysed, track=replace(analysed.track, index=index))
