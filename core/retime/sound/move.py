"""Moving the sound: the picture's packets are copied, the sound is played along a route."""

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.clock.frames import FrameTimes
from liptune.core.media.inventory.read import read_ahead, read_headers
from liptune.core.media.inventory.words import Told
from liptune.core.media.laying import later_seconds
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.samples import read_samples
from liptune.core.media.types import NO_LIMITS, AudioStream, MediaInfo
from liptune.core.media.write.assemble import write_copy
from liptune.core.media.write.containers import begins_late, may_outlast
from liptune.core.media.write.copy import Track
from liptune.core.media.write.faithful import faithfully
from liptune.core.media.write.rehearse import Undertaking
from liptune.core.media.write.sound_codecs import SoundFacts, describe_sound
from liptune.core.media.write.sound_writer import SoundWriter, lead_seconds, waiting_suffix
from liptune.core.media.write.staging import staged
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import RetimeMode
from liptune.core.progress import Progress, Remembered, silent
from liptune.core.retime.sound.course import Course
from liptune.core.retime.sound.courses import Step, route_of
from liptune.core.retime.sound.pauses import Levels, levels_of
from liptune.core.retime.sound.splices import Splicer
from liptune.core.retime.sound.window import SampleWindow

BEHIND_SECONDS = 1.0
"""A pause that is heard again lies at most so far back."""


@dataclass(frozen=True)
class Moved:
    """What was done. ``sound``: ``lossless`` or ``encoded``, of all tracks.

    ``course``, ``steps``: where the first track went. ``splices``: how many joins it has. ``losses``: what
    the copy lacks.
    """

    path: Path
    sound: Literal["lossless", "encoded"]
    course: Course
    steps: tuple[Step, ...]
    splices: int
    losses: tuple[Told, ...] = ()


@dataclass(frozen=True)
class _Work:
    info: MediaInfo
    plan: Plan
    audio: MediaInfo | None
    output: Path
    times: FrameTimes
    told: Remembered

    @property
    def heard(self) -> MediaInfo:
        return self.audio or self.info

    @property
    def sounds(self) -> tuple[AudioStream, ...]:
        return (require_audio(self.audio),) if self.audio else self.info.audio

    def begin(self, sound: AudioStream) -> float:
        """When the sound begins after the picture's first frame; separate sound where it is laid."""
        if self.audio:
            return later_seconds(self.audio)
        return sound.start_seconds - require_video(self.info).start_seconds


def move_sound(
    info: MediaInfo,
    plan: Plan,
    output: Path,
    *,
    times: FrameTimes,
    audio: MediaInfo | None = None,
    progress: Progress = silent,
) -> Moved:
    """Writes a copy whose sound, of all tracks alike, is where the plan wants it; the picture is copied.

    Channels, layout, rate and codec stay; lossless sound stays lossless. In steps of the clock, something
    is left out or a pause made longer; a drift or a path is followed by splices that keep the pitch
    (`core.retime.sound.splices`). All sound is heard, in a container without time stamps from the
    picture's start. ``audio`` replaces the sound. Memory: a few seconds of one track. Progress: ``render``.

    Raises:
        NoVideoStream, NoAudioStream: A stream to move is missing.
        RenderFailed, DiskFull: The file could not be written; nothing is left behind.
        RepairRefused: The copy lacks what its first packets did not show that it would.
        TimedOut: ffmpeg stalled.
    """
    told = Remembered(progress)
    told("render", 0.0)
    require_video(info)
    require_audio(audio or info)
    work = _Work(info, plan, audio, output, times, told)
    levels = _levels(work) if plan.mode is RetimeMode.STEPS else None
    with (
        staged(output) as staging,
        TemporaryDirectory(prefix=".liptune-", dir=output.parent) as folder,
        read_ahead(info.path),
    ):
        made = [_made(work, number, levels, Path(folder)) for number in range(len(work.sounds))]
        lacking = _put_together(work, [each.track for each in made], staging)
    first = made[0]
    lossless = all(each.facts.lossless for each in made)
    sound: Literal["lossless", "encoded"] = "lossless" if lossless else "encoded"
    return Moved(output, sound, first.course, first.steps, first.splices, lacking)


def _put_together(work: _Work, tracks: Sequence[Track], output: Path) -> tuple[Told, ...]:
    """The copy with these sounds; returns what it lacks. Sound of a file of its own replaces all."""
    intended = Undertaking(work.info, work.times)
    if work.audio:
        new, later = probe(tracks[0].path, NO_LIMITS), tracks[0].begin_seconds
        intended = replace(intended, audio=new, later_seconds=later)
    else:
        intended = replace(intended, tracks=tuple(tracks))
    copy = intended.copy(read_headers(work.info.path))
    return faithfully(intended, output, lambda: write_copy(copy, output, work.told), work.told)


def _levels(work: _Work) -> Levels:
    """How loud the sound is that was measured, on the picture's clock."""
    sound = require_audio(work.heard)
    origin = sound.start_seconds - work.begin(sound)
    with closing(decode_audio(work.heard, origin_seconds=origin, limits=NO_LIMITS)) as chunks:
        return levels_of(_watched(chunks, work.told))


def _watched(chunks: Iterator[NDArray[np.float32]], told: Remembered) -> Iterator[NDArray[np.float32]]:
    for chunk in chunks:
        told.again()
        yield chunk


@dataclass(frozen=True)
class _Made:
    track: Track
    facts: SoundFacts
    course: Course
    steps: tuple[Step, ...]
    splices: int


def _missing_samples(work: _Work, sound: AudioStream, done: int) -> int:
    """What silence must follow where streams end together: the picture must not end with the sound."""
    if may_outlast(work.output.suffix):
        return 0
    return max(0, math.ceil(require_video(work.info).duration_seconds * sound.sample_rate) - done)


def _made(work: _Work, number: int, levels: Levels | None, folder: Path) -> _Made:
    """One track, moved, in a file of its own."""
    sound, suffix = work.sounds[number], work.output.suffix
    facts = describe_sound(work.heard, sound)
    begin = work.begin(sound)
    route = route_of(work.plan, begin, begin + sound.duration_seconds, levels)
    course = route.course if begins_late(suffix) else route.course.from_zero()
    path = folder / f"sound-{number}{waiting_suffix(suffix)}"
    with (
        closing(read_samples(work.heard, sound, facts.samples, heartbeat=work.told.again)) as blocks,
        SoundWriter(sound, facts, path, suffix, heartbeat=work.told.again) as writer,
    ):
        behind = round(BEHIND_SECONDS * sound.sample_rate)
        window = SampleWindow(blocks, sound.channels, facts.samples.dtype, behind)
        splicer = Splicer(course, window, sound.sample_rate, begin)
        done, whole = 0, len(work.sounds) * max(course.seconds, 1e-3) * sound.sample_rate
        for samples in splicer.blocks():
            writer.write(samples)
            done += len(samples)
            work.told("render", min(1.0, (number / len(work.sounds) + done / whole)))
        writer.write(np.zeros((_missing_samples(work, sound, done), sound.channels), facts.samples.dtype))
        writer.finish()
    track = Track(path, sound.index, float(course.output[0]) + lead_seconds(path))
    return _Made(track, facts, course, route.steps, len(splicer.splices))
