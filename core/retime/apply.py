"""Writes the retimed video of a plan: moves the sound, or shows the picture at other times, copied or drawn
again."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.clock.frames import FrameTimes, frame_times
from liptune.core.media.inventory.words import Told
from liptune.core.media.types import ANALYSIS_FPS, MediaInfo
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.copy import may_repace
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render_between, render_picks
from liptune.core.media.write.staging import copy_untouched
from liptune.core.options import RetimeOptions
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import RetimeMode
from liptune.core.progress import Progress, Remembered
from liptune.core.retime.picks import between_picks, picks
from liptune.core.retime.sound.course import Course
from liptune.core.retime.sound.courses import Step
from liptune.core.retime.sound.move import move_sound
from liptune.core.retime.way import Change, Way, way_of


@dataclass(frozen=True)
class Applied:
    """What was written, and how. ``way``: what was changed, and why.

    ``picture``: ``untouched``, ``copied`` or the encoder's name; ``sound`` likewise. ``times``: of the
    source's frames. ``shown``: (N,) the source frame that each output frame shows, or is nearest to.
    ``positions``: (N,) the same, between frames where one was drawn. ``losses``: what the copy lacks.
    ``course``, ``steps``: where sound that was played anew went, and how it was made to step.
    ``later_seconds``: how much later copied sound comes. ``pace``: seconds of the source that the copy shows
    in one, where its frames have other times.
    """

    path: Path
    way: Way
    picture: str
    sound: str
    times: FrameTimes
    shown: NDArray[np.int64]
    positions: NDArray[np.float64]
    losses: tuple[Told, ...] = ()
    course: Course | None = None
    steps: tuple[Step, ...] = ()
    later_seconds: float = 0.0
    pace: float = 1.0

    @property
    def seconds(self) -> NDArray[np.float64]:
        """(N,) when the copy's frames are shown, since the first."""
        return self.times.seconds / self.pace

    @property
    def held_frames(self) -> tuple[int, int]:
        """How often the first frame is repeated at the start, and the last at the end.

        A clock that runs past the source has nothing else to show there.
        """
        first, last = int(self.shown.min()), int(self.shown.max())
        at_start = int(np.argmax(np.append(self.shown != first, True)))
        at_end = int(np.argmax(np.append(self.shown[::-1] != last, True)))
        return max(at_start - 1, 0), max(at_end - 1, 0)

    @property
    def drawn_frames(self) -> int:
        """How many of the frames are none of the source's."""
        return int((self.positions != np.rint(self.positions)).sum())


def apply(
    plan: Plan,
    video: MediaInfo,
    audio: MediaInfo | None,
    output: Path,
    options: RetimeOptions,
    *,
    progress: Progress,
) -> Applied:
    """Writes the retimed video; ``audio`` is the sound that came in a file of its own.

    ``options``: its ``move`` and ``interpolate`` say what may be changed.

    Raises:
        RepairRefused: The file lacks what nobody said it would; nothing is left behind.
        RenderFailed: The file could not be written; nothing is left behind.
        TimedOut: ffmpeg stalled.
        Whatever ``progress`` raises: nothing is left behind.
    """
    told = Remembered(progress)
    told("render", 0.0)
    times = frame_times(video, heartbeat=told.again)
    every = np.arange(len(times.ticks))
    as_it_is = every.astype(np.float64)
    way = way_of(plan.mode, options, may_repace=may_repace(video, output.suffix))
    if plan.mode is RetimeMode.NONE and audio is None and output.suffix == output_suffix(video):
        copy_untouched(video.path, output, progress=progress)
        return Applied(output, way, "untouched", "untouched", times, every, as_it_is)
    if plan.warp is None or way.change is Change.SOUND_PLACE:
        late = plan.line.offset_frames / ANALYSIS_FPS
        shifted = shift_audio(video, late, output, times=times, audio=audio, progress=progress)
        done = Applied(output, way, "copied", shifted.sound, times, every, as_it_is, shifted.losses)
        return replace(done, later_seconds=late)
    if way.change is Change.PICTURE_TIMES:
        pace = 1 + plan.line.rate
        late = plan.line.offset_frames / ANALYSIS_FPS / pace
        shifted = shift_audio(video, late, output, times=times, audio=audio, pace=pace, progress=progress)
        done = Applied(output, way, "copied", shifted.sound, times, every, as_it_is, shifted.losses)
        return replace(done, pace=pace, later_seconds=late)
    if way.change is Change.SOUND:
        moved = move_sound(video, plan, output, times=times, audio=audio, progress=progress)
        done = Applied(output, way, "copied", moved.sound, times, every, as_it_is, moved.losses)
        return replace(done, course=moved.course, steps=moved.steps)
    shown = picks(plan.warp, times.seconds)
    if options.interpolate == "none":
        rendered = render_picks(video, shown, output, times=times, audio=audio, progress=progress)
        as_shown = shown.astype(np.float64)
        return Applied(output, way, rendered.encoder, rendered.sound, times, shown, as_shown, rendered.losses)
    positions = between_picks(plan.warp, times.seconds)
    rendered = render_between(video, positions, output, times=times, audio=audio, progress=progress)
    return Applied(output, way, rendered.encoder, rendered.sound, times, shown, positions, rendered.losses)
