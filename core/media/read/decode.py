"""Streaming decode of the picture to the 25 fps analysis timeline."""

import logging
import math
from collections.abc import Generator
from typing import Literal

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
    batch: int = 32,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Generator[FrameBatch, None, None]:
    """Yields the frames of the analysis timeline, displayed upright with square pixels.

    Frame n is the source frame nearest in time to n/25 s after the picture's start, and a frame that is held
    longer than usual stays until its successor is near. The longer side is at most ``side`` pixels; nothing
    is enlarged. 10-bit and HDR pictures are brought to 8 bits. A batch has at most ``batch`` frames, and at
    most 4 MiB unless it is a single frame; memory is bounded by the batch.

    A damaged tail is left out with a logged warning.

    Raises:
        NoVideoStream: there is no picture.
        MediaUnreadable: not one frame can be decoded, or ffmpeg was killed; its stderr is in ``details``.
        MediaTooLong: more frames than ``limits.seconds`` allows, whatever the header said.
        TimedOut: ffmpeg stalled.
    """
    video = require_video(info)
    width, height = scaled_size(video, side)
    picture = (height, width, *_CHANNELS[colour])
    batch = min(batch, max(1, BATCH_BYTES // math.prod(picture)))
    shape = (batch, *picture)
    first = 0
    with Child(_arguments(info, video, side, colour, limits), info.path) as child:
        while len(frames := _read_batch(child, shape)):
            if first + len(frames) > limits.seconds * ANALYSIS_FPS + ANALYSIS_FPS:
                raise MediaTooLong(f"The picture lasts longer than the limit of {limits.seconds:.0f} s")
            yield FrameBatch(first, frames, width / video.width)
            first += len(frames)
            if len(frames) < batch:
                break
        _conclude(child, info, video, first)


def scaled_size(video: VideoStream, side: int) -> tuple[int, int]:
    """Returns (width, height) of the decoded frames."""
    return video.orientation.shown_size(*_scaled_square(video, side))


def _scaled_square(video: VideoStream, side: int) -> tuple[int, int]:
    """The size of the frames before they are turned."""
    scale = min(1.0, side / max(video.width, video.height))
    return max(1, round(video.square_width * scale)), max(1, round(video.coded_height * scale))


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


def _arguments(
    info: MediaInfo, video: VideoStream, side: int, colour: Colour, limits: MediaLimits
) -> list[str]:
    square = (
        opened_picture(info, max_pixels=limits.side**2)
        .filter("settb", "1/1000000")
        .filter("setpts", _nearest(video))
        .filter("fps", ANALYSIS_FPS, round="up", start_time=0)
        .filter("scale", *_scaled_square(video, side), flags="area")
        .filter("format", _PIXEL_FORMAT[colour])
    )
    output = video.orientation.filtered(square, scaled_size(video, side)).output(
        "pipe:1", format="rawvideo", vsync="passthrough"
    )
    return ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]


def _nearest(video: VideoStream) -> str:
    """Starts the clock at the picture and each frame half a frame early.

    With the rounding up of ``fps`` this picks the nearest frame instead of the last one, which would be half
    a source frame late on average. After a pause the lead is no more than one average frame.
    """
    lead = float(1 / video.fps) if video.fps else 1 / ANALYSIS_FPS
    return f"round(PTS-{video.start_seconds:.6f}/TB-if(N,min((PTS-PREV_INPTS)/2,{lead:.6f}/TB),0))"
