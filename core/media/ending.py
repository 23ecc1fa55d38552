"""How long the last frame is shown, which does not follow from the times of the others."""

from fractions import Fraction

import numpy as np

from core.media.times import FrameTimes
from core.media.types import VideoStream

ROUNDING_SECONDS = 2.5e-3


def last_frame(video: VideoStream, times: FrameTimes, clock: Fraction) -> list[str]:
    """Options that make ffmpeg show the last frame for as long as the source does.

    ``clock``: seconds of a tick of the packets that are written. None are needed at a constant rate: there
    ffmpeg's guess, the average, is right.
    """
    if _is_constant(times):
        return []
    ticks = times.ticks
    shown = video.duration_seconds - float((ticks[-1] - ticks[0]) * times.time_base)
    return ["-bsf:v", f"setts=pts=PTS:dts=DTS:duration={max(1, round(shown / clock))}"]


def _is_constant(times: FrameTimes) -> bool:
    """Whether frames come at a constant rate, but for the rounding of their times."""
    gaps = np.diff(times.ticks)
    return len(gaps) == 0 or float((gaps.max() - gaps.min()) * times.time_base) < ROUNDING_SECONDS
