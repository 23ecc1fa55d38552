"""Where the analysis frames of a picture lie between the frames that it shows."""

import numpy as np

from liptune.core.media.clock.frames import frame_times, nearest_frames
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import ANALYSIS_FPS, MediaInfo

MOST_FRAMES = 250
"""Analysis frames that are looked at."""
STEADY_SECONDS = 0.004
"""Of a rate that is no multiple of the analysis', frames lie evenly to both sides anyway."""
TIE_SECONDS = 0.001
"""Halfway between two frames all slots belong to the later one: rounded times would make them alternate."""


def phase_seconds(info: MediaInfo) -> float:
    """How long after the picture's start the first analysis frame is, so that most are when frames are shown.

    A picture that an edit list cuts between two frames shows its first one for less than the others: analysis
    frames counted from there would each lie so far from the frame that they are taken from, all to the same
    side. Elsewhere it is 0.

    Raises `MediaUnreadable`, `NoVideoStream`, `TimedOut` as `frame_times`.
    """
    if info.clock.of(require_video(info).index).plain:
        return 0.0
    shown = frame_times(info).seconds
    slots = np.arange(1, min(round(float(shown[-1]) * ANALYSIS_FPS), MOST_FRAMES)) / ANALYSIS_FPS
    if not len(slots):
        return 0.0
    late = shown[nearest_frames(shown, slots + TIE_SECONDS / 2)] - slots
    low, middle, high = np.quantile(late, [0.25, 0.5, 0.75])
    return float(middle) if high - low < STEADY_SECONDS else 0.0
