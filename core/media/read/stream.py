"""A stream opened with ffmpeg, its frames at the times when they are shown on the container's clock."""

from typing import Any

import ffmpeg

from liptune.core.media.clock.clock import StreamClock
from liptune.core.media.ffmpeg import INPUT_OPTIONS, source
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.keyframe import begins_with_keyframe
from liptune.core.media.types import AudioStream, MediaInfo

LEAD_SECONDS = 1.0
"""What follows the key frame before a moment so long ahead is decoded, for the moment to be whole."""


def opened_picture(info: MediaInfo, moment: float | None = None, **options: Any) -> Any:
    """The picture as a stream of ffmpeg-python, as coded: not turned.

    ``moment``: what is shown before that second of the container's clock is not all needed: it begins with a
    key frame at least `LEAD_SECONDS` before, or at the start. ``options``: more of ffmpeg's, for the input.
    """
    clock = info.clock.of(require_video(info).index)
    decoder = _decoder(info)
    options |= {"vcodec": decoder} if decoder else {}
    if moment is not None and seekable(clock):
        options |= seeking(moment - LEAD_SECONDS - clock.pieces[0].shift)
    stream = _opened(info, require_video(info).index, clock, noautorotate=None, **options)
    return stream if clock.plain else stream.filter("setpts", clock.of_frames()).filter("select", _KNOWN)


def seeking(moment: float) -> dict[str, Any]:
    """ffmpeg's options to begin with the key frame before a moment of the file's own clock, in seconds."""
    return {"ss": f"{max(0.0, moment):.6f}", "seek_timestamp": 1, "noaccurate_seek": None}


def seekable(clock: StreamClock) -> bool:
    """Whether a moment's own time in the file is known without what comes before: not in spliced ones."""
    return clock.period is None and clock.apart is None and len(clock.pieces) == 1


_LIBVPX = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


def _decoder(info: MediaInfo) -> str | None:
    """The decoder where ffmpeg's own does not do: it leaves out alpha planes, and gives not one frame of VP9
    whose first does not decode."""
    video = require_video(info)
    if video.alpha or (video.codec == "vp9" and not begins_with_keyframe(info)):
        return _LIBVPX.get(video.codec)
    return None


def opened_sound(info: MediaInfo, audio: AudioStream) -> Any:
    """One audio stream, likewise."""
    clock = info.clock.of(audio.index)
    stream = _opened(info, audio.index, clock)
    return stream if clock.plain else stream.filter("asetpts", clock.expression()).filter("aselect", _KNOWN)


_KNOWN = "not(isnan(pts))"
"""Frames whose times are damaged are left out: the one before stays."""


def _opened(info: MediaInfo, index: int, clock: StreamClock, **options: Any) -> Any:
    """With the file's own times: else ffmpeg begins anew with each process, and closes holes."""
    own = dict(zip((name.removeprefix("-") for name in clock.options[::2]), clock.options[1::2], strict=True))
    return ffmpeg.input(source(info.path), copyts=None, **own, **options, **INPUT_OPTIONS)[str(index)]
