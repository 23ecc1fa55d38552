"""Encodes new frames at the source's times, as a picture that differs in nothing but those frames."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from liptune.core.media.clock.frames import FrameTimes, last_frame
from liptune.core.media.display import Orientation
from liptune.core.media.ffmpeg import QUIET, Child, source
from liptune.core.media.pixels import is_rgb
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.raw import RGB_AS, RGB_MATRIX, RGB_RANGE, RawFormat, RawFrame
from liptune.core.media.types import MediaInfo
from liptune.core.media.write import matroska
from liptune.core.media.write.codecs import (
    X264,
    Encoder,
    encoded_format,
    encoder_for,
    encoder_options,
)
from liptune.core.media.write.containers import MOV_FAMILY, keeps_rotation
from liptune.core.media.write.picture import Picture, describe_picture

_PIPE = ("-protocol_whitelist", "pipe", "-f", "matroska", "-probesize", "32", "-analyzeduration", "0",
         "-fpsprobesize", "0")  # fmt: skip
_STALL_SECONDS = 600.0
_COARSE_CLOCKS = {"mpeg4", "mpeg1video", "mpeg2video", "mjpeg", "libtheora"}
"""Encoders whose time base is the frame rate."""


@dataclass(frozen=True)
class Job:
    """What is encoded: ``info``'s picture anew, into a file of its own.

    ``heartbeat``: see `core.media.ffmpeg.Child`. ``reordered``: frames may be decoded in another order than
    they are shown in.
    """

    info: MediaInfo
    layout: RawFormat
    times: FrameTimes
    output: Path
    heartbeat: Callable[[], None] | None = None
    reordered: bool = True


_RGB = f"scale=in_range={RGB_RANGE}:in_color_matrix={RGB_MATRIX}:flags={RGB_AS['flags']}"
"""The filter that brings red, green and blue back from what they travelled as."""


class FrameWriter:
    """Encodes frames at the source's own times, the first at 0.

    A context manager; leaving it without `finish` abandons the file.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ticks = (job.times.ticks - job.times.ticks[0]) * job.times.time_base.numerator
        self._written = 0
        self._child = Child(
            _arguments(job), job.info.path, stall_seconds=_STALL_SECONDS, fed=True, heartbeat=job.heartbeat
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.__exit__(kind, error, trace)

    def write(self, frame: RawFrame) -> None:
        """Appends a frame, shown when the source's frame of the same number is."""
        if self._written == 0:
            self._send(matroska.header(self._job.layout, require_video(self._job.info).fps or Fraction(25)))
        tick = int(self._ticks[self._written])
        nanoseconds = round(Fraction(tick * matroska.NANOSECOND, self._job.times.time_base.denominator))
        self._send(matroska.frame_header(nanoseconds, frame.nbytes))
        self._send(np.ascontiguousarray(frame).data)
        self._written += 1

    def finish(self) -> None:
        """Ends the file. Raises `RenderFailed` where ffmpeg could not write it."""
        self._child.finish_file("The video could not be written")

    def _send(self, content: memoryview | bytes) -> None:
        try:
            self._child.write(content)
        except BrokenPipeError as error:
            self._child.finish()
            raise self._child.write_failure("The video could not be written") from error


def _arguments(job: Job) -> list[str]:
    encoder = encoder_for(require_video(job.info))
    picture = describe_picture(job.info)
    return [
        "ffmpeg", *QUIET, "-nostdin", "-y", *_PIPE, "-i", "pipe:0", "-map", "0:v:0",
        *_picture(job, encoder, picture), "-avoid_negative_ts", "disabled", source(job.output),
    ]  # fmt: skip


def _picture(job: Job, encoder: Encoder, picture: Picture) -> list[str]:
    video = require_video(job.info)
    clock = 1 / video.fps if encoder.name in _COARSE_CLOCKS and video.fps else picture.time_base
    aspect = video.sample_aspect
    parameters = "".join(f":{name}={value}" for name, value in picture.colour.items()).removeprefix(":")
    filters = [f"setsar={aspect.numerator}/{aspect.denominator}"]
    filters += [f"setparams={parameters}"] if parameters else []
    # Raw frames come as progressive ones: without this the fields are shown in the wrong order.
    filters += [f"setfield={picture.fields}"] if picture.fields else []
    options = ["-c:v", encoder.name, *encoder_options(encoder, picture, job.layout)]
    options += ["-bf", "0"] if encoder in X264 and not job.reordered else []
    encoded = encoded_format(video, job.layout)
    filters += [_RGB] if is_rgb(encoded) else []
    options += [
        "-pix_fmt",
        encoded,
        "-vf",
        ",".join(filters),
        "-vsync",
        "passthrough",
    ]
    options += ["-enc_time_base", f"{clock.numerator}/{clock.denominator}"]
    meant = {"color_primaries", "color_trc"} if is_rgb(encoded) else picture.colour.keys()
    for name, value in ((name, picture.colour[name]) for name in picture.colour if name in meant):
        options += [f"-color_{name}" if name == "range" else f"-{name}", value]
    if picture.chroma_location:
        options += ["-chroma_sample_location", picture.chroma_location]
    packets = [_turning(video.orientation)] if keeps_rotation(video) else []
    if job.output.suffix in MOV_FAMILY:
        packets += last_frame(video, job.times, clock)
        options += ["-video_track_timescale", str(picture.time_base.denominator)]
        if picture.codec_tag in {"hvc1", "hev1"}:
            options += ["-tag:v", picture.codec_tag]
    options += ["-bsf:v", ",".join(packets)] if packets else []
    return options


def _turning(orientation: Orientation) -> str:
    """The bitstream filter that says with each key frame how H.264 is mirrored and turned."""
    flipped = ":flip=horizontal" if orientation.mirrored else ""
    return f"h264_metadata=display_orientation=insert:rotate={-orientation.degrees % 360:.6f}{flipped}"
