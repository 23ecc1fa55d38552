"""Makes the plan of a repair: the simplest of none, offset, drift and local warp that fits the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.options import PlanOptions
from liptune.core.plan.calibration import Gates, retime_calibration
from liptune.core.plan.chance import Gain
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock, ClockPiece, constant
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.local import LocalFit, fit_local
from liptune.core.plan.steady import Steady, fit_steady
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.plan.untold import Candidate, borne_out, candidates
from liptune.core.sync.timeline.causes import known_cause

FRAME_MS = 1000.0 / ANALYSIS_FPS
UNSURE_FRAMES = 1.0
"""How far the offset of a stretch may be from the true one."""

# An offset is part of every mode: the freer ones build on it.
_MODES = {
    "auto": frozenset(RetimeMode),
    "offset": frozenset({RetimeMode.OFFSET}),
    "drift": frozenset({RetimeMode.OFFSET, RetimeMode.DRIFT}),
    "local": frozenset({RetimeMode.OFFSET, RetimeMode.LOCAL}),
}


@dataclass(frozen=True)
class Request:
    """What to look for. ``modes``: what may be tried. ``scale``: nats per unit of evidence. ``gates``: what
    evidence it takes. ``adaptive``: whether a path goes less far where speech is fast and clear.
    """

    prior: PathPrior
    scale: float
    modes: frozenset[RetimeMode] = frozenset(RetimeMode)
    gates: Gates = field(default_factory=Gates)
    adaptive: bool = False


def request_of(options: PlanOptions) -> Request:
    """The modes to try and the paths to expect."""
    prior = PathPrior(
        radius=options.window_frames,
        smoothness=options.smoothness,
        max_hold_frames=options.max_hold_frames,
    )
    known = retime_calibration(options.engine)
    return Request(prior, known.scale, _MODES[options.mode], known.gates, options.adaptive)


@dataclass(frozen=True)
class Plan:
    """What will be done and why. ``warp`` is None where the video is left untouched.

    ``clock``: what is built on, which for ``STEPS`` changes. ``displacements``, ``confidence``: (T,) frames
    and probability at each analysis frame, for ``LOCAL`` beside ``clock``. ``gains``: what each search found.
    ``reason``: a sentence for the user.
    """

    mode: RetimeMode
    reason: str
    clock: Clock
    warp: TimeWarp | None
    displacements: NDArray[np.float64]
    confidence: NDArray[np.float64]
    gains: dict[RetimeMode, Gain]
    pulldown: str | None = None

    @property
    def line(self) -> Line:
        """The clock at the start; of all modes but ``STEPS``, the clock."""
        return self.clock.first


def plan(clip: Clip, request: Request) -> Plan:
    """Finds the retiming; pure, and the same for the same input.

    Raises:
        ValueError: The clip has no frames.
    """
    if clip.frames == 0:
        raise ValueError("a clip without frames cannot be planned")
    steady = fit_steady(clip, request.scale, request.modes, request.gates)
    tried = _candidates(clip, steady, request)
    steady = _changing(steady, tried, request.gates)
    beside = (constant(clip.timeline) if steady.clock.steps else None) or steady.clock
    if RetimeMode.LOCAL not in request.modes or not _reached(steady.clock, beside, request.prior, clip):
        return _steady_plan(clip, steady, dict(steady.gains))
    known = [steady.clock] if steady.clock.steps else []
    local = fit_local(
        clip,
        beside.first,
        request.prior,
        request.scale,
        gates=request.gates,
        adaptive=request.adaptive,
        rivals=tuple(dict.fromkeys([*known, *(each.clock for each in tried)])),
    )
    if local is None:
        return _steady_plan(clip, steady, dict(steady.gains))
    gains = {**steady.gains, RetimeMode.LOCAL: local.gain}
    related = clip.evident or local.related
    if related and local.path.displacements.any():
        return _local_plan(clip, local, gains)
    return _steady_plan(clip, steady, gains)


def _candidates(clip: Clip, steady: Steady, request: Request) -> list[Candidate]:
    """Clocks that may explain what seems a path, where the measured one does not change."""
    changes = steady.clock.steps or steady.clock.first.rate
    if changes or not request.modes >= {RetimeMode.STEPS, RetimeMode.DRIFT, RetimeMode.LOCAL}:
        return []
    return candidates(clip, steady.clock.first, request.scale, request.gates)


def _changing(steady: Steady, tried: Sequence[Candidate], gates: Gates) -> Steady:
    """The clock as one of those that were tried says, beside an offset that is sure; else as it was."""
    if not steady.found:
        return steady
    best = borne_out(tried, gates)
    if best is None:
        return steady
    return Steady(best.mode, best.clock, found=True, gains={best.mode: best.gain})


def _reached(clock: Clock, beside: Clock, prior: PathPrior, clip: Clip) -> bool:
    """Whether a path, which goes as far to either side, can span what was measured beside a clock.

    Where the offset changes by more, a path only follows noise.
    """
    output = np.arange(clip.frames, dtype=np.float64)
    return float(np.ptp(clock.source(output) - beside.source(output))) <= 2 * (prior.radius + UNSURE_FRAMES)


def _local_plan(clip: Clip, local: LocalFit, gains: dict[RetimeMode, Gain]) -> Plan:
    output = np.arange(clip.frames, dtype=np.float64)
    moved = local.path.displacements
    source = local.line.source(output + moved)
    largest = float(np.abs(source - output).max()) * FRAME_MS
    return Plan(
        RetimeMode.LOCAL,
        f"Lips and sound drift apart and together; one is moved against the other by up to {largest:.0f} ms",
        Clock((ClockPiece(0.0, clip.frames / ANALYSIS_FPS, local.line),)),
        TimeWarp(output / ANALYSIS_FPS, source / ANALYSIS_FPS),
        moved,
        local.path.confidence,
        gains,
    )


def _steady_plan(clip: Clip, steady: Steady, gains: dict[RetimeMode, Gain]) -> Plan:
    output = np.arange(clip.frames, dtype=np.float64)
    warp = TimeWarp(output / ANALYSIS_FPS, steady.clock.source(output) / ANALYSIS_FPS)
    still = np.zeros(clip.frames)
    drifting = steady.mode is RetimeMode.DRIFT and clip.timeline.main
    cause = known_cause(drifting) if drifting else None
    return Plan(
        steady.mode,
        _reason(steady, cause),
        steady.clock,
        None if steady.mode is RetimeMode.NONE else warp,
        still,
        np.full(clip.frames, float(steady.found)),
        gains,
        cause,
    )


def _reason(steady: Steady, cause: str | None) -> str:
    if not steady.found:
        return "No evidence that this sound belongs to these lips: unrelated sound would give as much"
    if steady.mode is RetimeMode.NONE:
        return "Lips and sound already agree"
    if steady.mode is RetimeMode.STEPS:
        return f"The offset changes: {len(steady.clock.pieces)} stretches are each moved by their own"
    line = steady.clock.first
    early = "early" if line.offset_frames > 0 else "late"
    shift = f"the sound is {abs(line.offset_frames) * FRAME_MS:.0f} ms {early}"
    if steady.mode is RetimeMode.OFFSET:
        return f"By a constant amount {shift}"
    known = f", as after a conversion {cause}" if cause else ""
    return f"At the start {shift}, and it drifts by {line.rate:+.3%}{known}"
