"""How loud each audio stream is, from short excerpts: enough to see which is silent and which speaks."""

from dataclasses import dataclass

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaError
from liptune.core.media.decibels import dbfs
from liptune.core.media.ffmpeg import INPUT_OPTIONS, QUIET, Child, source
from liptune.core.media.types import SAMPLE_RATE, AudioStream, MediaInfo

MOST_EXCERPTS = 12
EXCERPT_SECONDS = 0.5
EXCERPT_SAMPLES = round(EXCERPT_SECONDS * SAMPLE_RATE)
LIMIT_SECONDS = 30.0
MOST_STREAMS = 16


@dataclass(frozen=True)
class Levels:
    """RMS levels in dBFS, -100 at the least.

    ``moments``: of the loudest channel in each of the excerpts, which are spread evenly over the file.
    ``channels``: of each channel over all of them.
    """

    moments: tuple[float, ...]
    channels: tuple[float, ...]


def measure_levels(info: MediaInfo, stream: AudioStream) -> Levels | None:
    """The levels of a stream; None where it cannot be decoded."""
    try:
        sound = _excerpts(info, stream)
    except MediaError:
        return None
    power = np.square(sound, dtype=np.float64).mean(axis=1)
    return Levels(_rounded(power.max(axis=1)), _rounded(power.mean(axis=0)))


def _excerpts(info: MediaInfo, stream: AudioStream) -> NDArray[np.float32]:
    """(excerpts, samples, channels); where the stream has no sound, silence."""
    count = min(MOST_EXCERPTS, max(1, int(info.duration_seconds / EXCERPT_SECONDS)))
    sound = np.zeros((count, EXCERPT_SAMPLES, stream.channels), np.float32)
    length = info.duration_seconds / count
    begins = [max(0.0, (at + 0.5) * length - EXCERPT_SECONDS / 2) for at in range(count)]
    inputs = [
        ffmpeg.input(source(info.path), ss=f"{begin:.3f}", t=EXCERPT_SECONDS, **INPUT_OPTIONS)[
            str(stream.index)
        ]
        .filter("aresample", SAMPLE_RATE)
        .filter("apad", whole_len=EXCERPT_SAMPLES)
        .filter("atrim", end_sample=EXCERPT_SAMPLES)
        for begin in begins
    ]
    output = ffmpeg.concat(*inputs, v=0, a=1).output("pipe:1", format="f32le", acodec="pcm_f32le")
    arguments = ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]
    with Child(arguments, info.path, limit_seconds=LIMIT_SECONDS) as child:
        child.read_into(sound.data.cast("B"))
        if child.finish():
            raise child.failure(f"The sound of {info.path.name} cannot be decoded")
    return sound


def _rounded(power: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(level), 1) for level in dbfs(power))
