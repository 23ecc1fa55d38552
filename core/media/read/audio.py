"""Streaming decode of the sound to 16 kHz mono on the picture's clock."""

import logging
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaTooLong
from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.probe.probe import require_audio
from liptune.core.media.read.stream import opened_sound
from liptune.core.media.types import DEFAULT_LIMITS, SAMPLE_RATE, AudioStream, MediaInfo, MediaLimits

log = logging.getLogger(__name__)

CHUNK_SAMPLES = SAMPLE_RATE
GAP_SECONDS = 0.008
CANCELLED = 0.05


def decode_audio(
    info: MediaInfo,
    *,
    origin_seconds: float,
    stream: int | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Generator[NDArray[np.float32], None, None]:
    """Yields chunks of 16 kHz mono float32 samples, nominally in -1 … 1.

    Sample 0 sounds at ``origin_seconds`` on the container's clock: the video's ``start_seconds``, or the
    audio stream's own for a separate file. A later start is padded with silence, an earlier one trimmed,
    and gaps between timestamps are filled, so a late audio start comes out as the offset that it is.

    ``stream`` is the stream's index; by default the one the container marks, else the first.

    Raises:
        NoAudioStream: there is no sound, or no such stream.
        MediaUnreadable: not one sample can be decoded, or ffmpeg was killed.
        MediaTooLong: more sound than ``limits.seconds`` allows.
        TimedOut: ffmpeg stalled.
    """
    audio = require_audio(info, stream)
    channels = 1 if audio.channels == 1 else 2
    samples = 0
    with Child(_arguments(info, audio, origin_seconds, channels), info.path) as child:
        while len(sound := _read_chunk(child, channels)):
            samples += len(sound)
            if samples > (limits.seconds + 1) * SAMPLE_RATE:
                raise MediaTooLong(f"The sound lasts longer than the limit of {limits.seconds:.0f} s")
            yield _downmix(sound)
            if len(sound) < CHUNK_SAMPLES:
                break
        status = child.finish()
        if samples == 0 or status < 0:
            raise child.failure(f"The sound of {info.path.name} cannot be decoded")
        if status:
            log.warning("sound damaged: %d samples decoded: %s", samples, child.stderr)


def _read_chunk(child: Child, channels: int) -> NDArray[np.float32]:
    sound = np.empty((CHUNK_SAMPLES, channels), np.float32)
    count = child.read_into(sound.data.cast("B"))
    return sound[: count // (4 * channels)]


def _downmix(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Averages the channels, or takes the louder one where they are of opposite polarity and cancel."""
    mono = sound.mean(axis=1)
    power = np.square(sound).mean(axis=0)
    if np.square(mono).mean() < CANCELLED * power.mean():
        mono = sound[:, power.argmax()]
    return np.ascontiguousarray(np.nan_to_num(mono))


def _arguments(info: MediaInfo, audio: AudioStream, origin_seconds: float, channels: int) -> list[str]:
    output = (
        opened_sound(info, audio)
        .filter("asetpts", f"round(PTS-{origin_seconds:.6f}/TB)")
        .filter(
            "aresample", SAMPLE_RATE, **{"async": 1}, first_pts=0, min_comp=1e-5, min_hard_comp=GAP_SECONDS
        )
        .output("pipe:1", format="f32le", acodec="pcm_f32le", ac=channels)
    )
    return ["ffmpeg", *QUIET, "-nostdin", *output.get_args()]
