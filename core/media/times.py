"""When each source frame is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.errors import MediaUnreadable
from core.media.ffmpeg import QUIET, Child, input_arguments, source
from core.media.probe import require_video
from core.media.types import MediaInfo

SCAN_SECONDS = 3600.0


@dataclass(frozen=True)
class FrameTimes:
    """When each frame is shown on the container's clock.

    ``ticks``: (N,) int64, increasing, of ``time_base`` seconds each.
    """

    ticks: NDArray[np.int64]
    time_base: Fraction

    @property
    def seconds(self) -> NDArray[np.float64]:
        """(N,) seconds since the first frame."""
        seconds: NDArray[np.float64] = (self.ticks - self.ticks[0]) * float(self.time_base)
        return seconds


def frame_times(info: MediaInfo) -> FrameTimes:
    """Reads the times of all frames that will be shown, from the packets, or by decoding if those lack times.

    Packets that an edit list hides do not count.
    """
    video = require_video(info)
    base, ticks = _read(info, video.index, "packet=pts,flags")
    if ticks is None:
        base, ticks = _read(info, video.index, "frame=best_effort_timestamp")
    if ticks is None:
        step = 1 / (video.fps * base)
        count = video.frames or round(video.duration_seconds * video.fps)
        ticks = [round(number * step) for number in range(count)]
    if not ticks:
        raise MediaUnreadable(f"{info.path.name} has no frames")
    return FrameTimes(np.unique(np.array(ticks, np.int64)), base)


def _read(info: MediaInfo, stream: int, entries: str) -> tuple[Fraction, list[int] | None]:
    """Returns the time base and the shown ticks; None for those where one is missing."""
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-select_streams", str(stream),
        "-show_entries", f"stream=time_base:{entries}", "-of", "csv", "-i", source(info.path),
    ]  # fmt: skip
    ticks: list[int] = []
    base, complete = Fraction(1), True
    with Child(arguments, info.path, limit_seconds=SCAN_SECONDS) as child:
        for kind, value, *flags in _rows(child):
            if kind == "stream":
                base = Fraction(value)
            elif kind == entries.partition("=")[0] and "D" not in "".join(flags):
                complete = complete and value != "N/A"
                ticks.append(int(value) if complete else 0)
        if child.finish() < 0:
            raise child.failure(f"The times of {info.path.name} cannot be read")
    return base, ticks if complete else None


def _rows(child: Child) -> Iterator[list[str]]:
    rest = b""
    for chunk in child.chunks():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            fields = line.decode("ascii", "replace").split(",")
            if len(fields) >= 2:
                yield fields
