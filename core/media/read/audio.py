"""Streaming decode of the sound to 16 kHz mono on the picture's clock."""

import logging
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaTooLong
from liptune.core.media.ffmpeg import QUIET, Child
from liptune.core.media.probe.probe import require_audio
from liptune.core.media.read.stamped import DAY_SECONDS, read_stamped, stamped_sound
from liptune.core.media.read.stream import opened_sound
from liptune.core.media.sounds import Sound
from liptune.core.media.types import DEFAULT_LIMITS, SAMPLE_RATE, AudioStream, MediaInfo, MediaLimits

log = logging.getLogger(__name__)

CHUNK_SAMPLES = SAMPLE_RATE
GAP_SECONDS = 0.008
"""Times may be off by so much: containers round them, and recorders are not that exact."""

CANCELLED = 0.05
GUESSED = {*range(1, 9), 16}
"""Numbers of channels that ffmpeg has a usual layout for."""


def decode_audio(
    info: MediaInfo,
    *,
    origin_seconds: float,
    sound: Sound | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Generator[NDArray[np.float32], None, None]:
    """Yields chunks of 16 kHz mono float32 samples, nominally in -1 … 1.

    Sample 0 sounds at ``origin_seconds`` on the container's clock: the video's ``start_seconds``, or the
    audio stream's own for a separate file. A later start is padded with silence, an earlier one trimmed,
    and gaps between timestamps are filled, so a late audio start comes out as the offset that it is.

    ``sound``: a stream, and perhaps one channel of it; by default the mix of the stream that the container
    marks, else of the first.

    Raises:
        NoAudioStream: there is no sound, or no such stream.
        MediaUnreadable: not one sample can be decoded, or ffmpeg was killed.
        MediaTooLong: more sound than ``limits.seconds`` allows.
        TimedOut: ffmpeg stalled.
    """
    audio = require_audio(info, sound.stream if sound else None)
    alone = sound.channel if sound else None
    channels = 1 if audio.channels == 1 or alone is not None else 2
    most = round((limits.seconds + 1) * SAMPLE_RATE)
    samples = 0
    with Child(_arguments(info, audio, origin_seconds, alone, channels), info.path) as child:
        for heard in _chunked(_placed(read_stamped(child), channels, most), channels):
            samples += len(heard)
            if samples > most:
                raise MediaTooLong(f"The sound lasts longer than the limit of {limits.seconds:.0f} s")
            yield _downmix(heard)
        status = child.finish()
        if samples == 0 or status < 0:
            raise child.failure(f"The sound of {info.path.name} cannot be decoded")
        if status:
            log.warning("sound damaged: %d samples decoded: %s", samples, child.stderr)


def _placed(
    stamped: Iterable[tuple[int, NDArray[np.uint8]]], channels: int, most: int
) -> Iterator[NDArray[np.float32]]:
    """Puts each piece where its time says: silence before it, or its beginning left out.

    Yields (n, channels); of ``most`` samples, and a second, no more than asked for.
    """
    silence = np.zeros((CHUNK_SAMPLES, channels), np.float32)
    position = 0
    for moment, content in stamped:
        piece = content.view(np.float32).reshape(-1, channels)
        at = round((moment - DAY_SECONDS * 1_000_000) * SAMPLE_RATE / 1e6)
        if abs(at - position) <= GAP_SECONDS * SAMPLE_RATE and position:
            at = position
        while position < min(at, most + 1):
            hole = silence[: at - position]
            position += len(hole)
            yield hole
        piece = piece[max(0, position - at) :]
        position += len(piece)
        yield piece


def _chunked(pieces: Iterable[NDArray[np.float32]], channels: int) -> Iterator[NDArray[np.float32]]:
    """The same samples in chunks of ``CHUNK_SAMPLES``, the last perhaps shorter."""
    chunk, filled = np.empty((CHUNK_SAMPLES, channels), np.float32), 0
    for piece in pieces:
        rest = piece
        while len(rest):
            part = rest[: CHUNK_SAMPLES - filled]
            chunk[filled : filled + len(part)] = part
            filled, rest = filled + len(part), rest[len(part) :]
            if filled == CHUNK_SAMPLES:
                yield chunk
                chunk, filled = np.empty((CHUNK_SAMPLES, channels), np.float32), 0
    if filled:
        yield chunk[:filled]


def _downmix(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Averages the channels, or takes the louder one where they are of opposite polarity and cancel."""
    mono = sound.mean(axis=1)
    power = np.square(sound).mean(axis=0)
    if np.square(mono).mean() < CANCELLED * power.mean():
        mono = sound[:, power.argmax()]
    return np.ascontiguousarray(np.nan_to_num(mono))


def _arguments(
    info: MediaInfo, audio: AudioStream, origin_seconds: float, alone: int | None, channels: int
) -> list[str]:
    sound = _mixed(opened_sound(info, audio), audio, alone).filter("aresample", SAMPLE_RATE)
    return ["ffmpeg", *QUIET, "-nostdin", *stamped_sound(sound, origin_seconds, channels)]


def _mixed(sound: Any, audio: AudioStream, alone: int | None) -> Any:
    """One channel, or all; of those that ffmpeg has no rule to mix for, the average."""
    if alone is not None:
        return sound.filter("pan", args=f"mono|c0=c{alone}")
    named = audio.layout is not None and "channels" not in audio.layout
    if named or (audio.layout is None and audio.channels in GUESSED):
        return sound
    every = "+".join(f"c{number}" for number in range(audio.channels))
    return sound.filter("pan", args=f"stereo|c0<{every}|c1<{every}")
