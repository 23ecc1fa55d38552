"""Frames as raw planes: the source's own pixels, as large and as many as the source has."""

import logging
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaUnreadable
from liptune.core.media.clock.frames import FrameTimes, frame_times
from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.pixels import is_rgb
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.stamped import read_stamped, stamped_picture
from liptune.core.media.read.stream import opened_picture, seeking
from liptune.core.media.types import MediaInfo

log = logging.getLogger(__name__)

TOLERANCE_MICROSECONDS = 2
"""Of rounding, between the times of packets and of frames."""

RawFrame = NDArray[np.uint8]
"""The bytes of one frame, all planes after each other, (RawFormat.bytes,)."""

RGB_RANGE, RGB_MATRIX = "tv", "bt709"
"""Of the luma and colour that red, green and blue travel as."""
RGB_AS = {
    "out_range": RGB_RANGE,
    "out_color_matrix": RGB_MATRIX,
    "flags": "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp",
}
"""Options of ffmpeg's filter ``scale``; in 12 bits, 8 of red, green and blue come back as they were."""

_SUBSAMPLING = {"420": (2, 2), "422": (2, 1), "444": (1, 1), "gray": (1, 1)}


@dataclass(frozen=True)
class RawFormat:
    """A planar pixel format at a size. ``name`` is ffmpeg's, such as ``yuv420p10le``."""

    name: str
    width: int
    height: int

    @property
    def dtype(self) -> np.dtype[np.uint8] | np.dtype[np.uint16]:
        """The type of a sample; more than 8 bits are little-endian in 16."""
        return np.dtype("<u2") if self.name.endswith("le") else np.dtype(np.uint8)

    @property
    def bits(self) -> int:
        """Of a sample."""
        deep = re.search(r"(\d+)le$", self.name)
        return int(deep[1]) if deep else 8

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(rows, columns) of each plane: luma, two of colour unless gray, and alpha if there is one."""
        across, down = next(steps for key, steps in _SUBSAMPLING.items() if key in self.name)
        luma = (self.height, self.width)
        colour = (-(-self.height // down), -(-self.width // across))
        planes = (luma,) if "gray" in self.name else (luma, colour, colour)
        return (*planes, luma) if self.has_alpha else planes

    @property
    def has_alpha(self) -> bool:
        """Whether the last plane is alpha."""
        return self.name.startswith("yuva")

    @property
    def bytes(self) -> int:
        """Size of one frame."""
        return sum(rows * columns for rows, columns in self.shapes) * self.dtype.itemsize

    def planes(self, frame: RawFrame) -> list[NDArray[np.uint8] | NDArray[np.uint16]]:
        """Views of the planes of a frame: writing to them writes to it."""
        samples = frame.view(self.dtype)
        views, begin = [], 0
        for rows, columns in self.shapes:
            views.append(samples[begin : begin + rows * columns].reshape(rows, columns))
            begin += rows * columns
        return views


def read_frames(
    info: MediaInfo,
    layout: RawFormat,
    *,
    times: FrameTimes | None = None,
    heartbeat: Callable[[], None] | None = None,
) -> Generator[RawFrame, None, None]:
    """Yields what is on screen at each of the picture's `FrameTimes`, as ``layout`` (see `codecs`).

    Frames and times are joined by the time at which a frame is shown: where one does not decode, the frame
    before stays, as it does in a player, and before the first that decodes that one is shown. Not turned, not
    scaled. A frame that stays is the same array again. Memory: two frames.

    ``times``: of the picture, read where they are not given. ``heartbeat``: see
    `liptune.core.media.ffmpeg.Child`.

    Raises:
        NoVideoStream: there is no picture.
        MediaUnreadable: not one frame can be decoded, or ffmpeg was killed.
        TimedOut: ffmpeg stalled.
    """
    times = times or frame_times(info, heartbeat=heartbeat)
    begin = float(times.ticks[0] * times.time_base)
    with Child(arguments(info, layout, begin), info.path, heartbeat=heartbeat) as child:
        stamped = read_stamped(child, layout.bytes)
        following = next(stamped, None)
        if following is None:
            child.finish()
            raise child.failure(f"The picture of {info.path.name} cannot be decoded")
        frame = following[1]
        decoded = 0
        for moment in np.rint(1e6 * times.seconds).astype(np.int64).tolist():
            new = False
            while following is not None and following[0] <= moment + TOLERANCE_MICROSECONDS:
                frame, new = following[1], True
                following = next(stamped, None)
            decoded += new
            yield frame
        if child.finish() < 0:
            raise child.failure(f"The picture of {info.path.name} cannot be decoded")
    if decoded < len(times.ticks):
        log.warning(
            "%d of %d frames do not decode: those before stay", len(times.ticks) - decoded, len(times.ticks)
        )


def arguments(
    info: MediaInfo, layout: RawFormat, begin_seconds: float, *, seek_seconds: float | None = None
) -> list[str]:
    """ffmpeg's, to write the frames for `core.media.read.stamped.read_stamped`, at times since
    ``begin_seconds``.

    ``seek_seconds``: begin with the keyframe before that, on the container's clock.
    """
    sought = {} if seek_seconds is None else seeking(seek_seconds)
    video = require_video(info)
    if (layout.width, layout.height) != (video.coded_width, video.coded_height):
        raise MediaUnreadable(f"{info.path.name} changed while it was worked on")
    colours = RGB_AS if is_rgb(video.pixel_format) else {}
    picture = opened_picture(info, **sought).filter("scale", layout.width, layout.height, **colours)
    return ["ffmpeg", *QUIET, "-nostdin", *stamped_picture(picture, begin_seconds, layout.name)]
