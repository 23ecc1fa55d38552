"""The competitors: what each makes of a case, measured from the file it writes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.warping.cases import Bent, Case
from benchmarks.warping.opinions import Opinion
from benchmarks.warping.picture import Picture, inspect
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.picture import describe_picture
from liptune.core.operations.measure import Measured
from liptune.core.options import RetimeOptions, WarpOptions
from liptune.core.plan.clip import clip_of
from liptune.core.plan.types import RetimeMode
from liptune.core.progress import silent
from liptune.core.retime.apply import apply
from liptune.core.warp.blends import BLENDS
from liptune.core.warp.colour import colours_of
from liptune.core.warp.donors import Chooser, Terms
from liptune.core.warp.faces import faces_on
from liptune.core.warp.gain import gains
from liptune.core.warp.transplant import Scene, outcomes, transplant

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Repaired:
    """``shown``: (N,) source seconds of each output frame's mouth, whose own are ``seconds``.

    ``late``: by how many seconds the sound was moved.
    """

    path: Path
    seconds: Times
    shown: Times
    late: float = 0.0

    def residual_ms(self, bent: Bent) -> float:
        """Mean absolute distance from the truth, where the source has the moment asked for."""
        clock = np.arange(len(bent.truth)) / ANALYSIS_FPS
        asked = np.interp(self.seconds - self.late, clock, bent.truth)
        fair = (asked >= 0) & (asked <= self.seconds[-1])
        return float(np.abs(self.shown - asked)[fair].mean() * 1000)


Repair = Callable[[Case, Path], Repaired]


def retimed(case: Case, folder: Path) -> Repaired:
    """The whole picture moved."""
    output = folder / f"{case.bent.video.stem}-retime.mp4"
    options = RetimeOptions(move="picture")
    done = apply(case.plan, case.before.picture, case.before.sound, output, options, progress=silent)
    late = case.plan.line.offset_frames / ANALYSIS_FPS if case.plan.mode is RetimeMode.OFFSET else 0.0
    return Repaired(output, done.times.seconds, done.times.seconds[done.shown], late)


def warped(blend: str) -> Repair:
    """The mouths moved."""

    def warp(case: Case, folder: Path) -> Repaired:
        options = WarpOptions.model_validate({"blend": blend})
        now, output = case.before, folder / f"{case.bent.video.stem}-{blend}.mp4"
        scene = Scene(now.picture, now.sound, now.analysis, now.clip)
        clip = clip_of(now.analysis, now.clip)
        done = transplant(scene, clip, case.plan.warp, options, output, progress=silent)
        return Repaired(output, done.times.seconds, done.times.seconds[done.donors])

    return warp


REPAIRS: dict[str, Repair] = {"retime": retimed} | {blend: warped(blend) for blend in BLENDS}


def untouched(case: Case) -> Repaired:
    """What is left where nothing is done."""
    clock = np.arange(case.before.analysis.frames) / ANALYSIS_FPS
    return Repaired(case.bent.video, clock, clock)


def fall(before: Measured, opinion: Opinion, path: Path) -> float:
    """How much lower the repaired file's distance at zero is than what it was ``before``."""
    after = opinion(path)
    return before.clip.speaker.score.distance_at_zero - after.clip.speaker.score.distance_at_zero


def pictured(case: Case, blend: str, seconds: Times) -> Picture:
    """The frames of a warp, inspected before they are encoded."""
    now, warp = case.before, case.plan.warp
    if warp is None:
        return Picture()
    stream = require_video(now.picture)
    layout = raw_format(stream)
    colours = colours_of(describe_picture(now.picture), layout)
    faces = faces_on(now.analysis, now.clip, seconds, stream)
    terms = Terms(WarpOptions().donor_pose_limit_degrees)
    worth = gains(clip_of(now.analysis, now.clip), warp)
    wanted = Chooser(faces, seconds, terms).wishes(warp, worth)
    steps = outcomes(now.picture, faces, wanted, BLENDS[blend](colours))
    return inspect(steps, read_frames(now.picture, layout), layout, colours)
