"""When each source frame is shown."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaUnreadable
from liptune.core.media.clock.clock import StreamClock
from liptune.core.media.clock.packets import SCAN_SECONDS, UNKNOWN, picture_packets
from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.stamped import read_stamped, stamped_picture
from liptune.core.media.read.stream import opened_picture
from liptune.core.media.types import MediaInfo, VideoStream

_SMALL = (16, 16)


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


def nearest_frames(seconds: NDArray[np.float64], moments: NDArray[np.float64]) -> NDArray[np.int64]:
    """The frame nearest in time to each moment, the later one halfway between two.

    ``seconds``: (N,) when each frame is shown. ``moments``: (M,) on the same clock. Returns (M,).
    """
    return np.searchsorted((seconds[1:] + seconds[:-1]) / 2, moments, side="right")


def frame_times(info: MediaInfo, *, heartbeat: Callable[[], None] | None = None) -> FrameTimes:
    """Reads the times of all frames that will be shown, from the packets, or by decoding if those lack times.

    Packets that an edit list hides do not count; those that do not decode do: the frame before stays on
    screen (`liptune.core.media.read.raw`). ``heartbeat``: see `liptune.core.media.ffmpeg.Child`.
    """
    base, ticks = _told(info, heartbeat)
    if None in ticks:
        ticks = [round(Fraction(moment, 10**6) / base) for moment in _decoded(info, heartbeat)]
    if not ticks:
        raise MediaUnreadable(f"{info.path.name} has no frames")
    return FrameTimes(np.unique(np.array(ticks, np.int64)), base)


def _decoded(info: MediaInfo, heartbeat: Callable[[], None] | None) -> Iterator[int]:
    """Microseconds on the container's clock, by decoding."""
    picture = opened_picture(info).filter("scale", *_SMALL)
    arguments = ["ffmpeg", *QUIET, "-nostdin", *stamped_picture(picture, 0.0, "gray")]
    with Child(arguments, info.path, limit_seconds=SCAN_SECONDS, heartbeat=heartbeat) as child:
        for moment, _ in read_stamped(child, math.prod(_SMALL)):
            yield moment


def _told(info: MediaInfo, heartbeat: Callable[[], None] | None) -> tuple[Fraction, list[int | None]]:
    """Returns the time base and the shown ticks by the packets, None where one is missing."""
    packets = picture_packets(info, heartbeat=heartbeat)
    clock = info.clock.of(require_video(info).index)
    values, orders = packets.values.tolist(), packets.orders.tolist()
    return packets.time_base, list(_shown(values, orders, packets.time_base, clock))


def _shown(
    values: Sequence[int], orders: Sequence[int], base: Fraction, clock: StreamClock
) -> Iterator[int | None]:
    """Ticks by the stream's clock, None where there is no time; those that are damaged are left out.

    ``orders``: the times by which the packets are in order.
    """
    shown, tick = clock.follow(), float(base)
    for value, order in zip(values, orders, strict=True):
        if value == UNKNOWN or clock.plain:
            yield None if value == UNKNOWN else value
            continue
        seconds = shown(tick * (value if order == UNKNOWN else order), tick * value)
        if seconds is not None:
            yield round(seconds / tick)


ROUNDING_SECONDS = 2.5e-3
EDIT_SECONDS = 1e-3
"""To which MP4 tells when a track ends: a last frame that is shown for less may be lost."""


def last_frame(video: VideoStream, times: FrameTimes, clock: Fraction) -> list[str]:
    """Bitstream filters that make ffmpeg show the last frame for as long as the source does.

    ``clock``: seconds of a tick of the packets that are written. None are needed at a constant rate: there
    ffmpeg's guess, the average, is right.
    """
    if _is_constant(times):
        return []
    gaps = np.diff(times.ticks)
    shown = video.duration_seconds - float(gaps.sum() * times.time_base)
    # An MP4 whose frames are reordered may say that it ends when, or before, its last frame begins:
    # that lasts as long as the one before it, as `media.inventory` takes it to.
    shown = shown if shown > EDIT_SECONDS else float(gaps[-1] * times.time_base)
    return [f"setts=pts=PTS:dts=DTS:duration={max(1, round(shown / clock))}"]


def _is_constant(times: FrameTimes) -> bool:
    """Whether frames come at a constant rate, but for the rounding of their times."""
    gaps = np.diff(times.ticks)
    return len(gaps) == 0 or float((gaps.max() - gaps.min()) * times.time_base) < ROUNDING_SECONDS
