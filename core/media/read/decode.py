"""Streaming decode of the picture to the 25 fps analysis timeline."""

import logging
import math
from collections.abc import Callable, Generator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaTooLong
from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.stream import opened_picture
from liptune.core.media.types import (
    ANALYSIS_FPS,
    DEFAULT_LIMITS,
    FrameBatch,
    MediaInfo,
    MediaLimits,
    Region,
    VideoStream,
)

log = logging.getLogger(__name__)

Colour = Literal["gray", "rgb"]
_PIXEL_FORMAT = {"gray": "gray", "rgb": "rgb24"}
_CHANNELS = {"gray": (), "rgb": (3,)}

BATCH_BYTES = 4 * 1024**2
"""Most bytes of a batch, unless one frame has more."""


def decode_frames(
    info: MediaInfo,
    *,
    side: int,
    colour: Colour,
    region: Region | None = None,
    batch: int = 32,
    limits: MediaLimits = DEFAULT_LIMITS,
    complained: Callable[[], None] | None = None,
    phase_seconds: float = 0.0,
    begin: int = 0,
) -> Generator[FrameBatch, None, None]:
    """Yields the frames of the analysis timeline, displayed upright with square pixels.

    Frame n is the source frame nearest in time to n/25 s and ``phase_seconds`` after the picture's start, and
    a frame that is held longer than usual stays until its successor is near. The longer side is at most
    ``side`` pixels; nothing is enlarged. 10-bit and HDR pictures are brought to 8 bits. A batch has at most
    ``batch`` frames, and at most 4 MiB unless it is a single frame; memory is bounded by the batch.
    ``region``: only this part. ``begin``: the frame to begin with; what is before it is passed over by key
    frames, where the picture's clock is one that `seekable` takes.

    A damaged tail is left out with a logged warning. ``complained``: called at the end, or where it is closed
    before, if ffmpeg did, as it does of frames that do not decode.

    Raises:
        NoVideoStream: there is no picture.
        MediaUnreadable: not one frame can be decoded, unless ``begin`` lies behind the last, or ffmpeg was
            killed; its stderr is in ``details``.
        MediaTooLong: more frames than ``limits.seconds`` allows, whatever the header said.
        TimedOut: ffmpeg stalled.
    """
    video = require_video(info)
    width, height = scaled_size(video, side, region)
    picture = (height, width, *_CHANNELS[colour])
    batch = min(batch, max(1, BATCH_BYTES // math.prod(picture)))
    shape = (batch, *picture)
    first = begin
    child = Child(_arguments(info, video, region, side, colour, limits, phase_seconds, begin), info.path)
    try:
        with child:
            while len(frames := _read_batch(child, shape)):
                if first + len(frames) > limits.seconds * ANALYSIS_FPS + ANALYSIS_FPS:
                    limit = f"{limits.seconds:.0f}"
                    raise MediaTooLong(f"The picture lasts longer than the limit of {limit} s")
                yield FrameBatch(first, frames, width / (region or video).width)
                first += len(frames)
                if len(frames) < batch:
                    break
            _conclude(child, info, video, first)
    finally:
        if child.stderr and complained:
            complained()


def scaled_size(video: VideoStream, side: int, region: Region | None = None) -> tuple[int, int]:
    """Returns (width, height) of the decoded frames."""
    whole = video.orientation.shown_size(*_scaled_square(video, side, region))
    if region is None:
        return whole
    scale = _scale(video, side, region)
    wanted = round(region.width * scale), round(region.height * scale)
    return max(1, min(wanted[0], whole[0])), max(1, min(wanted[1], whole[1]))


def _scaled_square(video: VideoStream, side: int, region: Region | None) -> tuple[int, int]:
    """The size of the whole frames before they are turned."""
    scale = _scale(video, side, region)
    return max(1, round(video.square_width * scale)), max(1, round(video.coded_height * scale))


def _scale(video: VideoStream, side: int, region: Region | None) -> float:
    shown = region or video
    return min(1.0, side / max(shown.width, shown.height))


def _read_batch(child: Child, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    frames = np.empty(shape, np.uint8)
    count = child.read_into(frames.data.cast("B"))
    return frames[: count // (frames.nbytes // shape[0])]


def _conclude(child: Child, info: MediaInfo, video: VideoStream, frames: int) -> None:
    status = child.finish()
    if frames == 0 or status < 0:
        raise child.failure(f"The picture of {info.path.name} cannot be decoded")
    expected = int(video.duration_seconds * ANALYSIS_FPS)
    if status or frames < expected - ANALYSIS_FPS // 2:
        log.warning("picture damaged: %d of about %d frames decoded: %s", frames, expected, child.stderr)


def _arguments(  # noqa: PLR0917
    info: MediaInfo,
    video: VideoStream,
    region: Region | None,
    side: int,
    colour: Colour,
    limits: MediaLimits,
    phase_seconds: float,
    begin: int,
) -> list[str]:
    first = begin / ANALYSIS_FPS
    moment = video.start_seconds + phase_seconds + first if begin else None
    picture = (
        opened_picture(info, moment, max_pixels=limits.side**2)
        .filter("settb", "1/1000000")
        .filter("setpts", _nearest(video, phase_seconds))
        .filter("fps", ANALYSIS_FPS, round="up", start_time=first)
    )
    output = displayed(picture, video, side, region, colour).output(
        "pipe:1", format="rawvideo", vsync="passthrough"
    )
    return ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]


def displayed(picture: Any, video: VideoStream, side: int, region: Region | None, colour: Colour) -> Any:
    """A picture as coded brought to the size of `scaled_size`, turned as it is shown, or its region alone."""
    square = _scaled_square(video, side, region)
    scaled = picture.filter("scale", *square, flags="area").filter("format", _PIXEL_FORMAT[colour])
    shown = video.orientation.shown_size(*square)
    turned = video.orientation.filtered(scaled, shown)
    if region is None:
        return turned
    scale = _scale(video, side, region)
    width, height = scaled_size(video, side, region)
    left = min(round(region.x * scale), shown[0] - width)
    top = min(round(region.y * scale), shown[1] - height)
    return turned.filter("crop", width, height, left, top, exact=1)


def _nearest(video: VideoStream, phase_seconds: float) -> str:
    """Starts the clock about the picture's start and each frame half a frame early.

    With the rounding up of ``fps`` this picks the nearest frame instead of the last one, which would be half
    a source frame late on average. After a pause the lead is no more than one average frame.
    """
    lead = float(1 / video.fps) if video.fps else 1 / ANALYSIS_FPS
    start = video.start_seconds + phase_seconds
    return f"round(PTS-{start:.6f}/TB-if(N,min((PTS-PREV_INPTS)/2,{lead:.6f}/TB),0))"
