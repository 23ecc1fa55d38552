"""Which frames of a picture do not decode."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.raw import TOLERANCE_MICROSECONDS
from liptune.core.media.read.stamped import read_stamped, stamped_picture
from liptune.core.media.read.stream import opened_picture
from liptune.core.media.types import MediaInfo, Undecoded

_SMALL = (16, 16)
FIELD = 0.6
"""A packet that follows a frame by less than this share of a frame is its second field, or shows nothing."""


def undecoded_frames(info: MediaInfo, *, heartbeat: Callable[[], None] | None = None) -> Undecoded | None:
    """Counts the frames that have a time but do not decode, by decoding all; None where there are none.

    ``heartbeat``: see `liptune.core.media.ffmpeg.Child`.
    """
    times = frame_times(info, heartbeat=heartbeat)
    wanted = np.rint(1e6 * times.seconds).astype(np.int64)
    decoded = _decoded(info, float(times.ticks[0] * times.time_base), heartbeat)
    before = np.searchsorted(decoded, wanted + TOLERANCE_MICROSECONDS, "right")
    new = np.diff(before, prepend=0) > 0
    latest = np.maximum.accumulate(np.where(new, wanted, -(1 << 62)))
    period = 1e6 / float(require_video(info).fps or 1)
    lacking = ~new & (wanted - latest >= FIELD * period)
    if not lacking.any():
        return None
    first = float(wanted[lacking.argmax()]) / 1e6
    return Undecoded(int(lacking.sum()), int((new | lacking).sum()), first)


def _decoded(
    info: MediaInfo, begin_seconds: float, heartbeat: Callable[[], None] | None
) -> NDArray[np.int64]:
    """When each frame that decodes is shown, in microseconds from ``begin_seconds``."""
    picture = opened_picture(info).filter("scale", *_SMALL)
    arguments = ["ffmpeg", *QUIET, "-nostdin", *stamped_picture(picture, begin_seconds, "gray")]
    with Child(arguments, info.path, heartbeat=heartbeat) as child:
        moments = [moment for moment, _ in read_stamped(child, math.prod(_SMALL))]
        if child.finish() < 0:
            raise child.failure(f"The picture of {info.path.name} cannot be decoded")
    return np.array(moments, np.int64)
