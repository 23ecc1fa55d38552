"""A clip with bent sound, and the plan to repair it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.retiming.warps import smooth
from benchmarks.warping.opinions import FEWEST_FRAMES, Bench, Opinion
from benchmarks.warping.sound import bent, write
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.operations.measure import Measured
from liptune.core.options import WarpOptions
from liptune.core.plan.clip import Clip, clip_of
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan, plan, request_of
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import SyncScore, Verdict

BEND = smooth(3, 2.4, 12)
SEARCHED = WarpOptions(mode="local")


class UnusableClip(Exception):
    """Nothing could be told from it; the message says why."""


@dataclass(frozen=True)
class Bent:
    """``truth``: (T,) seconds of the source picture that fit each analysis frame of the bent ``sound``."""

    video: Path
    sound: Path
    truth: NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """What is repaired, who measures it, how planner and judge found it, and what will be done."""

    bent: Bent
    bench: Bench
    before: Measured
    judged: Measured | None
    plan: Plan


Planner = Callable[[Measured, NDArray[np.float64]], Plan]
"""From what is seen, and the truth, to a plan."""


def bend(video: Path, folder: Path, opinion: Opinion, seed: int) -> Bent:
    """Bends the sound by a walk that ``seed`` draws. What the clip's own offset is counts as in sync.

    Raises UnusableClip where that offset is unsure, or the clip too short for a null.
    """
    own = opinion(video)
    if own.analysis.frames < FEWEST_FRAMES:
        raise UnusableClip("too short for sound that does not belong")
    if own.clip.speaker.score.verdict is Verdict.NO_EVIDENCE:
        raise UnusableClip("its own offset is unsure")
    begin = require_video(own.picture).start_seconds
    samples = np.concatenate(list(decode_audio(own.picture, origin_seconds=begin)))
    heard = BEND(np.zeros(own.analysis.frames), np.random.default_rng(seed))
    sound = write(bent(samples, heard), folder / f"{video.stem}.wav")
    return Bent(video, sound, (heard + own.clip.speaker.score.offset_frames) / ANALYSIS_FPS)


def case_of(bent: Bent, bench: Bench, planner: Planner) -> Case:
    """Measures and plans."""
    before = bench.planner(bent.video, bent.sound)
    judged = bench.judge(bent.video, bent.sound) if bench.judge else None
    return Case(bent, bench, before, judged, planner(before, bent.truth))


def found(before: Measured, _truth: NDArray[np.float64]) -> Plan:
    """What the search finds, and what it takes to act on it."""
    return plan(clip_of(before.analysis, before.clip), request_of(SEARCHED))


def taken(mode: RetimeMode) -> Planner:
    """The best plan of that kind, be it as likely by chance: what a null is made of.

    Of a steady clock that is the best offset: a drift or steps are not found without evidence.
    """
    request = request_of(SEARCHED)
    if mode is RetimeMode.LOCAL:
        free = replace(request, gates=replace(request.gates, local_cost=-np.inf))
    else:
        gates = replace(request.gates, offset_cost=-np.inf)
        free = replace(request, gates=gates, modes=frozenset({RetimeMode.OFFSET}))

    def planner(before: Measured, _truth: NDArray[np.float64]) -> Plan:
        clip = clip_of(before.analysis, before.clip)
        return plan(replace(clip, timeline=_believed(before.clip.speaker.score, clip)), free)

    return planner


def _believed(score: SyncScore, clip: Clip) -> Timeline:
    """One stretch with the best offset, whatever it is worth."""
    seconds = clip.frames / ANALYSIS_FPS
    whole = Stretch(0.0, seconds, score.offset_ms, 0.0, score.ci95, score.confidence, 0.0, Verdict.IN_SYNC)
    return Timeline((whole,), (0.0, 0.0))


def known(_before: Measured, truth: NDArray[np.float64]) -> Plan:
    """The plan that undoes what was done."""
    clock = np.arange(len(truth)) / ANALYSIS_FPS
    moved, sure = (truth - clock) * ANALYSIS_FPS, np.ones(len(truth))
    still = Clock((ClockPiece(0.0, len(truth) / ANALYSIS_FPS, Line()),))
    return Plan(RetimeMode.LOCAL, "The truth", still, TimeWarp(clock, truth), moved, sure, {})


PLANNERS: dict[str, tuple[Planner, Callable[[RetimeMode], Planner]]] = {
    "found": (found, taken),
    "truth": (known, lambda _mode: known),
}
"""By name: the plan of a clip, and one of the same kind for sound which does not belong to it."""
