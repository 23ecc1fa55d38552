"""Puts a clip's stretches onto the frames and the timecode of its picture."""

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import opentimelineio as otio
from numpy.typing import NDArray

from liptune.core.retime.cutlist import average_rate, timecode_rate
from liptune.core.sync.timeline.types import Stretch

TIMECODE = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)([:;.])(\d\d)")
DROPPING_RATES = (30000 / 1001, 60000 / 1001)


@dataclass(frozen=True)
class Mark:
    """The frames of a stretch: ``frames`` of them from ``first``, which is 0 for the file's first."""

    stretch: Stretch
    first: int
    frames: int

    @property
    def end(self) -> int:
        """The frame behind the last."""
        return self.first + self.frames


@dataclass(frozen=True)
class Ruler:
    """The frames of a file. ``start``: the number of the first one, counted from timecode 00:00:00:00.

    ``has_timecode``: whether ``rate`` is one of SMPTE's, and steady. ``drops_frames``: whether numbers are
    left out, so that timecode keeps time at 29.97 and 59.94 frames a second (SMPTE 12M).
    """

    frames: int
    rate: float
    start: int
    has_timecode: bool
    drops_frames: bool

    @classmethod
    def of(cls, seconds: NDArray[np.float64], timecode: str | None) -> Self:
        """Of frames shown at ``seconds``, (N,) from 0. ``timecode``: of the first.

        What cannot be a timecode counts as none; without one, numbers are dropped wherever they may be.
        """
        rate = timecode_rate(seconds)
        if rate is None:
            return cls(len(seconds), average_rate(seconds), 0, has_timecode=False, drops_frames=False)
        may_drop = any(abs(rate - dropping) < 1e-3 for dropping in DROPPING_RATES)
        parts = TIMECODE.fullmatch(timecode or "")
        drops = may_drop and (parts is None or parts[2] != ":")
        start = _number(f"{parts[1]}{';' if drops else ':'}{parts[3]}", rate) if parts else 0
        return cls(len(seconds), rate, start, has_timecode=True, drops_frames=drops)

    def mark(self, stretch: Stretch) -> Mark:
        """The frames nearest to the stretch's ends, one at least."""
        first = min(round(stretch.start_seconds * self.rate), self.frames - 1)
        end = min(round(stretch.end_seconds * self.rate), self.frames)
        return Mark(stretch, first, max(end - first, 1))

    def timecode(self, frame: int) -> str:
        """Of a frame of the file; empty where it has none. ``;`` says that numbers are dropped."""
        if not self.has_timecode:
            return ""
        return str(self._time(frame).to_timecode(self.rate, self.drops_frames))

    def range(self, first: int, frames: int) -> otio.opentime.TimeRange:
        """Frames of the file, in OpenTimelineIO's terms."""
        return otio.opentime.TimeRange(self._time(first), otio.opentime.RationalTime(frames, self.rate))

    def _time(self, frame: int) -> otio.opentime.RationalTime:
        return otio.opentime.RationalTime(self.start + frame, self.rate)


def _number(timecode: str, rate: float) -> int:
    try:
        return int(otio.opentime.from_timecode(timecode, rate).value)
    except ValueError:
        return 0
