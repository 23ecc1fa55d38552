"""Streaming decode of a sound as it is: at its own rate, with its own channels, lossless where it is."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.read.audio import GAP_SECONDS
from liptune.core.media.read.stream import opened_sound
from liptune.core.media.types import AudioStream, MediaInfo

Samples = NDArray[Any]
"""(n, channels), int32, float32 or float64."""

CHUNK_SECONDS = 1.0


@dataclass(frozen=True)
class SampleFormat:
    """How samples travel through a pipe. ``name``: ffmpeg's of the raw format."""

    name: str
    dtype: np.dtype[Any]


INTEGERS = SampleFormat("s32le", np.dtype("<i4"))
FLOATS = SampleFormat("f32le", np.dtype("<f4"))
DOUBLES = SampleFormat("f64le", np.dtype("<f8"))


def read_samples(
    info: MediaInfo,
    audio: AudioStream,
    layout: SampleFormat,
    *,
    heartbeat: Callable[[], None] | None = None,
) -> Generator[Samples, None, None]:
    """Yields (n, channels) in order, about a second each, from ``audio.start_seconds`` on.

    Holes between time stamps are filled with silence, so that a sample's number tells its time.
    ``heartbeat``: see `core.media.ffmpeg.Child`.

    Raises:
        MediaUnreadable: Not one sample can be decoded, or ffmpeg was killed.
        TimedOut: ffmpeg stalled.
    """
    frame = layout.dtype.itemsize * audio.channels
    size = max(1, round(CHUNK_SECONDS * audio.sample_rate)) * frame
    read = 0
    with Child(_arguments(info, audio, layout), info.path, heartbeat=heartbeat) as child:
        while count := child.read_into(memoryview(buffer := bytearray(size))):
            read += count
            yield np.frombuffer(buffer, layout.dtype, count // frame * audio.channels).reshape(
                -1, audio.channels
            )
            if count < size:
                break
        if child.finish() < 0 or read == 0:
            raise child.failure(f"The sound of {info.path.name} cannot be decoded")


def _arguments(info: MediaInfo, audio: AudioStream, layout: SampleFormat) -> list[str]:
    output = (
        opened_sound(info, audio)
        .filter("asetpts", f"round(PTS-{audio.start_seconds:.6f}/TB)")
        .filter("aresample", **{"async": 1}, first_pts=0, min_comp=1e-5, min_hard_comp=GAP_SECONDS)
        .output("pipe:1", format=layout.name, acodec=f"pcm_{layout.name}", ac=audio.channels)
    )
    return ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]
