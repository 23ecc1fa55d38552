"""Carrying out a plan: the sound moved, or the picture drawn again."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.media.formats import output_suffix
from core.media.output import staged
from core.media.remux import shift_audio
from core.media.render import render_picks
from core.media.times import FrameTimes, frame_times
from core.media.types import ANALYSIS_FPS, MediaInfo
from core.progress import Progress
from core.retime.picks import picks
from core.retime.plan import Plan
from core.retime.types import RetimeMode


@dataclass(frozen=True)
class Applied:
    """What was written, and how.

    ``picture``: ``untouched``, ``copied`` or the encoder's name; ``sound`` likewise. ``times``: of the
    source's frames. ``shown``: (N,) the source frame that each output frame shows.
    """

    path: Path
    picture: str
    sound: str
    times: FrameTimes
    shown: NDArray[np.int64]


def apply(
    plan: Plan, video: MediaInfo, audio: MediaInfo | None, output: Path, *, progress: Progress
) -> Applied:
    """Writes the retimed video; ``audio`` is the sound that came in a file of its own.

    Raises:
        RenderFailed: The file could not be written; nothing is left behind.
        TimedOut: ffmpeg stalled.
        Whatever ``progress`` raises: nothing is left behind.
    """
    times = frame_times(video)
    every = np.arange(len(times.ticks))
    if plan.mode is RetimeMode.NONE and audio is None and output.suffix == output_suffix(video):
        with staged(output) as staging:
            shutil.copyfile(video.path, staging)
        return Applied(output, "untouched", "untouched", times, every)
    if plan.warp is None or plan.mode is RetimeMode.OFFSET:
        shifted = shift_audio(video, plan.line.offset_frames / ANALYSIS_FPS, output, audio=audio)
        return Applied(output, "copied", shifted.sound, times, every)
    shown = picks(plan.warp, times.seconds)
    rendered = render_picks(video, shown, output, times=times, audio=audio, progress=progress)
    return Applied(output, rendered.encoder, "copied", times, shown)
