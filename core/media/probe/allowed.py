"""What may be opened: the container formats, and the limits that the settings name.

The formats are an allow-list: playlists, concat scripts, image sequences, capture devices and everything else
through which one file makes ffmpeg open another stay out by not being named.
"""

from liptune.core.media.types import MediaLimits
from liptune.core.settings import Settings

_WITH_PICTURE = (
    "mov mp4 m4a 3gp 3g2 mj2 matroska webm avi mpegts mpeg mpegvideo m4v h264 hevc obu av1 ivf flv asf ogg "
    "mxf mxf_opatom gxf nut rm dv wtv yuv4mpegpipe gif"
)
_SOUND_ONLY = "wav w64 mp3 flac aac ac3 eac3 dts dtshd aiff caf au amr amrnb amrwb wv ape tta voc truehd"

CONTAINERS = (*_WITH_PICTURE.split(), *_SOUND_ONLY.split())
"""Names of ffmpeg demuxers."""

WITH_EXACT_DURATION = frozenset({"mov", "matroska", "asf", "ogg", "mxf", "wav", "flac"})
"""Demuxers whose duration is a fact of the file; the others guess it."""


def media_limits(settings: Settings) -> MediaLimits:
    """The limits that probe and decode enforce."""
    return MediaLimits(
        bytes=settings.max_upload_bytes,
        seconds=settings.max_seconds,
        side=settings.max_side,
        fps=settings.max_fps,
    )
