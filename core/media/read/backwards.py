"""Frames in reverse order, a stretch at a time."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np

from liptune.core.media.clock.frames import FrameTimes
from liptune.core.media.ffmpeg import Child
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.raw import TOLERANCE_MICROSECONDS, RawFormat, RawFrame, arguments, read_frames
from liptune.core.media.read.stamped import read_stamped
from liptune.core.media.types import MediaInfo

STRETCH_BYTES = 128 << 20
FEWEST_FRAMES = 4
EARLIER_SECONDS = 0.5
"""Where seeking begins before what is looked for: some containers find frames by when they are decoded."""


def read_backwards(
    info: MediaInfo,
    layout: RawFormat,
    times: FrameTimes,
    first: int,
    last: int,
    *,
    heartbeat: Callable[[], None] | None = None,
) -> Generator[RawFrame, None, None]:
    """Yields the frames ``first``, ``first`` - 1, … ``last`` of a picture, each as `read_frames` yields it.

    Memory: a stretch of frames, 128 MiB or four of them. Each stretch is sought; where the file is not to be
    sought in, or frames do not decode there, the picture is read from its beginning up to it.

    Raises as `read_frames`.
    """
    reading = _Reading(info, layout, times, heartbeat)
    most = max(FEWEST_FRAMES, STRETCH_BYTES // layout.bytes)
    for end in range(first + 1, last, -most):
        begin = max(last, end - most)
        yield from reversed(reading.sought(begin, end) or reading.from_beginning(begin, end))


@dataclass(frozen=True)
class _Reading:
    """Reads stretches of a picture, each from the frame ``begin`` to before ``end``."""

    info: MediaInfo
    layout: RawFormat
    times: FrameTimes
    heartbeat: Callable[[], None] | None

    def sought(self, begin: int, end: int) -> list[RawFrame]:
        """The frames; none where seeking does not find each."""
        clock = self.info.clock.of(require_video(self.info).index)
        if len(clock.pieces) > 1 or clock.apart is not None:
            return []
        zero, moment = (float(self.times.ticks[at] * self.times.time_base) for at in (0, begin))
        moment = clock.own(moment - clock.pieces[0].shift)
        wanted = np.rint(1e6 * self.times.seconds[begin:end]).astype(np.int64).tolist()
        command = arguments(self.info, self.layout, zero, seek_seconds=moment - EARLIER_SECONDS)
        with Child(command, self.info.path, heartbeat=self.heartbeat) as child:
            return _matching(read_stamped(child, self.layout.bytes), wanted)

    def from_beginning(self, begin: int, end: int) -> list[RawFrame]:
        """The frames, everything before them decoded too."""
        until = FrameTimes(self.times.ticks[:end], self.times.time_base)
        frames = read_frames(self.info, self.layout, times=until, heartbeat=self.heartbeat)
        return [frame.copy() for index, frame in enumerate(frames) if index >= begin]


def _matching(stamped: Iterator[tuple[int, RawFrame]], wanted: list[int]) -> list[RawFrame]:
    """The frame of each of the ``wanted`` microseconds; none where one is missing."""
    found: list[RawFrame] = []
    for stamp, frame in stamped:
        if stamp > wanted[len(found)] + TOLERANCE_MICROSECONDS:
            return []
        if stamp >= wanted[len(found)] - TOLERANCE_MICROSECONDS:
            found.append(frame)
        if len(found) == len(wanted):
            return found
    return []
