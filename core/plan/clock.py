"""The measured timeline as a clock to repair by: which moment of the picture belongs to each of the sound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.types import Line
from liptune.core.sync.timeline.types import Stretch, Timeline


@dataclass(frozen=True)
class ClockPiece:
    """One steady clock from ``start_seconds`` to ``end_seconds`` of the picture."""

    start_seconds: float
    end_seconds: float
    line: Line


@dataclass(frozen=True)
class Clock:
    """``pieces``: one at least, without a gap. Times are those of a `Line`: output is the sound's clock."""

    pieces: tuple[ClockPiece, ...]

    @property
    def first(self) -> Line:
        """The clock at the start."""
        return self.pieces[0].line

    @property
    def steps(self) -> bool:
        """Whether it changes."""
        return len(self.pieces) > 1

    def source(self, output: NDArray[np.float64]) -> NDArray[np.float64]:
        """Source times of output times, frames; never back: where a clock is set back, it stands still."""
        changes = [self._change(before, after) for before, after in pairwise(self.pieces)]
        which = np.searchsorted(changes, output, side="right")
        found = np.empty(len(output))
        for index, piece in enumerate(self.pieces):
            found[which == index] = piece.line.source(output[which == index])
        return np.maximum.accumulate(found) if self.steps else found

    @staticmethod
    def _change(before: ClockPiece, after: ClockPiece) -> float:
        """When the sound goes from one to the other, frames: halfway, where a moment has two or none."""
        at = np.array([before.end_seconds * ANALYSIS_FPS])
        return float((before.line.output(at) + after.line.output(at))[0] / 2)


def clock_of(timeline: Timeline) -> Clock | None:
    """The clock of the stretches with evidence; None without any.

    A stretch without evidence runs as its neighbours do: by the one it has, or by each for half of it.
    """
    known = timeline.evident
    if not known:
        return None
    ends = [(before.end_seconds + after.start_seconds) / 2 for before, after in pairwise(known)]
    last = timeline.stretches[-1].end_seconds
    edges = pairwise([timeline.stretches[0].start_seconds, *ends, last])
    pieces = [ClockPiece(*edge, line_of(stretch)) for edge, stretch in zip(edges, known, strict=True)]
    return Clock(tuple(_joined(pieces)))


def line_of(stretch: Stretch) -> Line:
    """The steady clock of a stretch with evidence."""
    start, offset = stretch.start_seconds, (stretch.offset_ms or 0.0) / 1000
    return Line(ANALYSIS_FPS * (start - (start - offset) * (1 + stretch.rate)), stretch.rate)


def constant(timeline: Timeline) -> Clock | None:
    """The one offset that most of the evidence is of, as if it were the clip's."""
    main = timeline.main
    if main is None:
        return None
    whole = (timeline.stretches[0].start_seconds, timeline.stretches[-1].end_seconds)
    offset = (main.middle_offset_ms or 0.0) / 1000
    return Clock((ClockPiece(*whole, Line(ANALYSIS_FPS * offset)),))


def _joined(pieces: Sequence[ClockPiece]) -> list[ClockPiece]:
    """Neighbours of one clock as one: a pause between changes nothing."""
    found = [pieces[0]]
    for piece in pieces[1:]:
        if piece.line == found[-1].line:
            found[-1] = replace(found[-1], end_seconds=piece.end_seconds)
        else:
            found.append(piece)
    return found
