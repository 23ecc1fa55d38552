"""Frames as raw planes: the source's own pixels, as large and as many as the source has."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaUnreadable
from liptune.core.media.ffmpeg import INPUT_OPTIONS, QUIET, Child, source
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import MediaInfo

RawFrame = NDArray[np.uint8]
"""The bytes of one frame, all planes after each other, (RawFormat.bytes,)."""

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
        return (*planes, luma) if self.name.startswith("yuva") else planes

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
    info: MediaInfo, layout: RawFormat, *, heartbeat: Callable[[], None] | None = None
) -> Generator[RawFrame, None, None]:
    """Yields every frame of the source once, in order of display, as ``layout`` (see `media.write.codecs`).

    Not turned, not scaled, not resampled in time. Each frame is a new array. Memory: one frame.
    ``heartbeat``: see `core.media.ffmpeg.Child`.

    Raises:
        NoVideoStream: there is no picture.
        MediaUnreadable: not one frame can be decoded, or ffmpeg was killed.
        TimedOut: ffmpeg stalled.
    """
    count = 0
    with Child(_arguments(info, layout), info.path, heartbeat=heartbeat) as child:
        while True:
            frame = np.empty(layout.bytes, np.uint8)
            if child.read_into(frame.data) < layout.bytes:
                break
            yield frame
            count += 1
        if child.finish() < 0 or count == 0:
            raise child.failure(f"The picture of {info.path.name} cannot be decoded")


def _arguments(info: MediaInfo, layout: RawFormat) -> list[str]:
    video = require_video(info)
    if (layout.width, layout.height) != (video.coded_width, video.coded_height):
        raise MediaUnreadable(f"{info.path.name} changed while it was worked on")
    output = (
        ffmpeg.input(source(info.path), noautorotate=None, **INPUT_OPTIONS)[str(video.index)]
        .filter("scale", layout.width, layout.height)
        .output("pipe:1", format="rawvideo", pix_fmt=layout.name, vsync="passthrough")
    )
    return ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]
