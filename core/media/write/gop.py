"""The time code that MPEG video has in its own packets, beside those of its container."""

import re

from liptune.core.media.ffmpeg import QUIET, input_arguments, output_of, source
from liptune.core.media.probe.probe import PROBE_SECONDS, require_video
from liptune.core.media.types import MediaInfo

CODECS = frozenset({"mpeg1video", "mpeg2video"})
_HEADER = re.compile(rb"\x00\x00\x01\xb8(....)", re.DOTALL)


def gop_timecode(info: MediaInfo) -> str | None:
    """The time code in the header of the first group of pictures, as hours:minutes:seconds:frames; None where
    it has none. ISO/IEC 13818-2, 6.3.8."""
    video = require_video(info)
    if video.codec not in CODECS:
        return None
    arguments = [
        "ffmpeg", *QUIET, "-nostdin", *input_arguments(), "-i", source(info.path), "-map", f"0:{video.index}",
        "-c", "copy", "-copyinkf", "-frames:v", "1", "-f", "data", "pipe:1",
    ]  # fmt: skip
    header = _HEADER.search(output_of(arguments, info.path, PROBE_SECONDS))
    if header is None:
        return None
    bits = int.from_bytes(header[1]) >> 7
    hours, minutes, seconds, frames = bits >> 19 & 31, bits >> 13 & 63, bits >> 6 & 63, bits & 63
    drop = bits >> 24 and round(video.fps) in {30, 60}
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if drop else ':'}{frames:02}"
