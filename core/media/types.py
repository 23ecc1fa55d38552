"""The types of media: the facts of a file and its streams, limits, and batches of frames."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.clock.clock import Clock
from liptune.core.media.display import Matrix, Orientation, orientation

ANALYSIS_FPS = 25
SAMPLE_RATE = 16_000
SAMPLES_PER_FRAME = SAMPLE_RATE // ANALYSIS_FPS


@dataclass(frozen=True)
class VideoStream:
    """One video stream. ``width`` and ``height`` are as displayed: rotation and sample aspect applied.

    ``rotation``: the nearest of the quarter turns, degrees clockwise. ``display_matrix``: what it comes from,
    None where the picture is shown as it is coded. ``turned_in_packets``: it stands in the picture's own
    packets, which count before the container. ``alpha``: whether it is transparent in
    places. ``timecode``: SMPTE timecode of its first frame, as the file says it. ``reordered``: frames are
    decoded in another order than they are shown in.
    """

    index: int
    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    pixel_format: str
    fps: Fraction
    rotation: int
    sample_aspect: Fraction
    frames: int | None
    start_seconds: float
    duration_seconds: float
    display_matrix: Matrix | None = None
    alpha: bool = False
    timecode: str | None = None
    reordered: bool = False
    turned_in_packets: bool = False

    @property
    def orientation(self) -> Orientation:
        """How it is turned and mirrored before it is shown."""
        return orientation(self.display_matrix)

    @property
    def square_width(self) -> int:
        """Its width as coded, in pixels as high as they are wide."""
        return max(1, round(self.coded_width * self.sample_aspect))


@dataclass(frozen=True)
class AudioStream:
    """One audio stream. ``start_seconds`` is on the container's clock, like the video's.

    ``default``: the container marks it as the one to play. ``layout``: ffmpeg's name of its channels, None
    where the file does not say. ``language``, ``title``: as the file has them.
    """

    index: int
    codec: str
    sample_rate: int
    channels: int
    start_seconds: float
    duration_seconds: float
    default: bool = False
    layout: str | None = None
    language: str | None = None
    title: str | None = None


Variant = Literal["quicktime", "m2ts", "mpeg2"]
"""What ffmpeg's name of a container leaves open. QuickTime is "mov" as MP4 is. The transport stream of
Blu-ray and AVCHD, whose packets bear the time at which they arrive, is "mpegts". The program stream of
MPEG-2, as on DVDs, is "mpeg" as the system stream of MPEG-1 is."""


@dataclass(frozen=True)
class MediaInfo:
    """The facts ffprobe reports of a file.

    ``video`` is the first real picture stream (no cover art). ``start_seconds``: the earliest time on the
    container's clock, which need not start at 0. ``clock``: tells it from the times that the packets bear.
    ``picture_begins``: of sound for the picture of another file, when that begins on this clock; None: with
    the first sample. ``variant``: of the container, None where it has none.
    """

    path: Path
    container: str
    bytes: int
    duration_seconds: float
    video: VideoStream | None
    audio: tuple[AudioStream, ...]
    start_seconds: float = 0.0
    clock: Clock = field(default_factory=Clock)
    picture_begins: float | None = None
    variant: Variant | None = None


@dataclass(frozen=True)
class Undecoded:
    """Frames of a picture that have a time but do not decode: ``frames`` ``of`` all.

    ``first_seconds``: when the first would be shown, since the picture's start.
    """

    frames: int
    of: int
    first_seconds: float


@dataclass(frozen=True)
class Region:
    """A part of the picture, in displayed pixels from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class MediaLimits:
    """Refused before any work is done."""

    bytes: int = 2 * 1024**3
    seconds: float = 4 * 3600.0
    side: int = 8192
    fps: float = 240.0


DEFAULT_LIMITS = MediaLimits()
NO_LIMITS = MediaLimits(bytes=1 << 62, seconds=1e9, side=32_768, fps=1e6)
"""For files of our own making."""


@dataclass(frozen=True)
class FrameBatch:
    """Consecutive frames of the analysis timeline (25 fps; frame n is what is shown at n/25 s).

    ``frames``: (B, H, W) uint8 luma or (B, H, W, 3) uint8 RGB. ``first``: analysis index of ``frames[0]``.
    ``scale``: frame pixels per displayed source pixel. Of a region, pixels count from its corner.
    """

    first: int
    frames: NDArray[np.uint8]
    scale: float
