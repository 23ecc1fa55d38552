"""Moving the sound against the picture without touching the picture."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from liptune.core.media.clock.frames import FrameTimes, frame_times, last_frame
from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.types import AudioStream, MediaInfo
from liptune.core.media.write.containers import MOV_FAMILY, has_timestamps, may_copy, sound_encoder
from liptune.core.media.write.staging import staged
from liptune.core.progress import Progress, Remembered, silent

_CLOCK = 1e-6
"""Keeps ffmpeg from starting a stream's clock anew (`core.media.ffmpeg.CONTAINER_CLOCK`)."""


@dataclass(frozen=True)
class Shifted:
    """What was done. ``sound``: ``copied`` bit for bit, or ``encoded`` where the container asks for it."""

    path: Path
    offset_seconds: float
    sound: Literal["copied", "encoded"]


def shift_audio(
    info: MediaInfo,
    offset_seconds: float,
    output: Path,
    *,
    times: FrameTimes | None = None,
    audio: MediaInfo | None = None,
    progress: Progress = silent,
) -> Shifted:
    """Writes a copy whose sound comes ``offset_seconds`` later (negative: earlier); the picture is copied.

    Sound before the picture's start or after its end is left out, to a packet (about 20 ms) where it is
    copied; what is missing is silence. It is copied wherever the container of ``output`` (by its suffix) has
    timestamps and takes the codec, else encoded anew, in PCM for AVI. Subtitles, chapters and metadata stay.
    ``audio`` replaces the sound; without an offset its first sample is at the picture's start. ``times``: of
    the picture's frames, read where they are not given. Progress: ``render``.

    Raises:
        NoVideoStream, NoAudioStream: a stream to shift is missing.
        RenderFailed, DiskFull: ffmpeg could not write the file; nothing is left behind.
        TimedOut: ffmpeg stalled.
    """
    suffix = output.suffix
    sounds = (require_audio(audio),) if audio else info.audio or (require_audio(info),)
    copied = has_timestamps(suffix) and all(may_copy(suffix, sound.codec) for sound in sounds)
    told = Remembered(progress)
    told("render", 0.0)
    times = times or frame_times(info, heartbeat=told.again)
    shift = _Shift(info, times, audio, sounds, offset_seconds, copied)
    with (
        staged(output) as staging,
        Child(_arguments(shift, staging), info.path, heartbeat=told.again) as child,
    ):
        # ffmpeg reports its progress on standard output, so that silence there means a stall.
        for chunk in child.chunks():
            told("render", _share(chunk, info.duration_seconds))
        child.finish_file("The shifted video could not be written")
    return Shifted(output, offset_seconds, "copied" if copied else "encoded")


def _share(report: bytes, seconds: float) -> float:
    """How much of the output is written, as ffmpeg's last report says."""
    found = re.findall(rb"out_time_us=(\d+)", report)
    return min(1.0, int(found[-1]) / 1e6 / seconds) if found and seconds > 0 else 0.0


@dataclass(frozen=True)
class _Shift:
    info: MediaInfo
    times: FrameTimes
    audio: MediaInfo | None
    sounds: tuple[AudioStream, ...]
    offset_seconds: float
    copied: bool


def _arguments(shift: _Shift, output: Path) -> list[str]:
    info, audio, sounds = shift.info, shift.audio, shift.sounds
    video = require_video(info)
    begin = video.start_seconds - info.start_seconds
    late = shift.offset_seconds + _CLOCK
    if audio:
        late += begin - (sounds[0].start_seconds - audio.start_seconds)
    end = begin + video.duration_seconds
    codec = ("-c:a", "copy", "-copypriorss:a", "0") if shift.copied else _encoded(output.suffix, begin, end)
    maps = [part for sound in sounds for part in ("-map", f"1:{sound.index}")]
    return [
        "ffmpeg", *QUIET, "-nostdin", "-y", "-progress", "pipe:1",
        "-itsoffset", f"{_CLOCK:.6f}", *input_arguments(), "-i", source(info.path),
        "-itsoffset", f"{late:.6f}", *input_arguments(), "-i", source((audio or info).path),
        "-map", f"0:{video.index}", *maps, "-map", "0:s?", "-map_metadata", "0", "-map_chapters", "0",
        "-c:v", "copy", *_last_frame(shift, output.suffix), "-c:s", "copy", *codec, "-t", f"{end:.6f}",
        "-max_muxing_queue_size", "65536", source(output),
    ]  # fmt: skip


def _last_frame(shift: _Shift, suffix: str) -> list[str]:
    """MP4 and MOV store how long each frame is shown."""
    if suffix not in MOV_FAMILY:
        return []
    return last_frame(require_video(shift.info), shift.times, shift.times.time_base)


def _encoded(suffix: str, begin: float, end: float) -> tuple[str, ...]:
    """Sound from the picture's start to its end, whatever it lacks being silence."""
    seconds = end - begin
    return (
        "-af",
        f"asetpts=PTS-{begin:.6f}/TB,aresample=async=1:first_pts=0:min_comp=0.00001:min_hard_comp=0.02,"
        f"apad,atrim=end={seconds:.6f},asetpts=PTS+{begin:.6f}/TB",
        *sound_encoder(suffix),
    )
