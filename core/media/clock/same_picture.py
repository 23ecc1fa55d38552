"""Whether two files show the same picture: the same packets, decoded alike, at the same moments."""

import numpy as np

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.ffmpeg import QUIET, input_arguments, output_of, source
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import MediaInfo, VideoStream

SCAN_SECONDS = 3600.0
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
    # The cheapest first: a picture that was encoded anew mostly differs in its headers.
    if any(digest(first) != digest(second) for digest in (_headers, _packets)):
        return False
    moments = frame_times(first).seconds, frame_times(second).seconds
    return len(moments[0]) == len(moments[1]) and bool(np.abs(moments[0] - moments[1]).max() <= SAME_SECONDS)


def _decoded_as(video: VideoStream) -> tuple[object, ...]:
    """What of a stream's headers changes how its packets look."""
    size = video.coded_width, video.coded_height, video.sample_aspect, video.display_matrix
    return video.codec, video.pixel_format, *size


def _headers(info: MediaInfo) -> bytes:
    """SHA-256 of what the decoder is told beforehand."""
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-show_data_hash", "sha256",
        "-select_streams", str(require_video(info).index), "-show_entries", "stream=extradata_hash",
        "-of", "csv=p=0", "-i", source(info.path),
    ]  # fmt: skip
    return output_of(arguments, info.path, SCAN_SECONDS)


def _packets(info: MediaInfo) -> bytes:
    """SHA-256 of all packets of the picture."""
    arguments = [
        "ffmpeg", *QUIET, "-nostdin", *input_arguments(), "-i", source(info.path),
        "-map", f"0:{require_video(info).index}", "-c", "copy", "-f", "streamhash", "-hash", "sha256", "-",
    ]  # fmt: skip
    return output_of(arguments, info.path, SCAN_SECONDS)
