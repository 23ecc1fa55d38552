"""Single frames, read where they are without what lies between."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.decode import displayed, scaled_size
from liptune.core.media.read.stream import opened_picture
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits, Region

STILL_SECONDS = 30.0


def stills(
    info: MediaInfo,
    seconds: Sequence[float],
    *,
    side: int,
    region: Region | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Iterator[NDArray[np.uint8]]:
    """Yields the luma, (H, W) uint8, of about these moments of the picture, upright with square pixels.

    The longer side is at most ``side`` pixels; nothing is enlarged. A moment that cannot be decoded is left
    out. ``region``: only this part.

    Raises:
        NoVideoStream: there is no picture.
        TimedOut: ffmpeg stalled.
    """
    video = require_video(info)
    width, height = scaled_size(video, side, region)
    for moment in seconds:
        begin = max(0.0, video.start_seconds - info.start_seconds + moment)
        picture = opened_picture(info, ss=f"{begin:.3f}", max_pixels=limits.side**2)
        output = displayed(picture, video, side, region, "gray").output(
            "pipe:1", format="rawvideo", vframes=1, vsync="passthrough"
        )
        still = np.empty((height, width), np.uint8)
        arguments = ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]
        with Child(arguments, info.path, limit_seconds=STILL_SECONDS) as child:
            if child.read_into(still.data.cast("B")) == still.nbytes:
                yield still
