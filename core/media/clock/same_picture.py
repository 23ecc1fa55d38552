"""Whether two files show the same picture: the same packets, decoded alike, at the same moments."""

import numpy as np

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.clock.packets import picture_packets
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import MediaInfo, VideoStream

SAME_SECONDS = 1e-6


def shows_the_same(first: MediaInfo, second: MediaInfo) -> bool:
    """Whether no frame of the picture of one differs from the other's, nor comes at another moment.

    Reads both files without decoding them. Containers that write packets differently (H.264 in MP4 and TS)
    are not told to be the same.

    Raises:
        MediaUnreadable, NoVideoStream, TimedOut: One of them cannot be read.
    """
    if _decoded_as(require_video(first)) != _decoded_as(require_video(second)):
        return False
    if picture_packets(first).digest != picture_packets(second).digest:
        return False
    moments = frame_times(first).seconds, frame_times(second).seconds
    return len(moments[0]) == len(moments[1]) and bool(np.abs(moments[0] - moments[1]).max() <= SAME_SECONDS)


def _decoded_as(video: VideoStream) -> tuple[object, ...]:
    """What of a stream's headers changes how its packets look."""
    size = video.coded_width, video.coded_height, video.sample_aspect, video.display_matrix
    return video.codec, video.pixel_format, *size
