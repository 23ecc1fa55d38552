"""Chooses the clock to repair by: the measured one, where it pays for itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock, ClockPiece, clock_of, constant
from liptune.core.plan.drift import fit_drift
from liptune.core.plan.evidence import along, evidence
from liptune.core.plan.lines import OFFSET_RADIUS
from liptune.core.plan.types import Line, RetimeMode

LEAST_OFFSET_FRAMES = 0.5


@dataclass(frozen=True)
class Steady:
    """The clock that was chosen; its mode is NONE where the clip needs no other.

    ``found``: lips and sound do agree along it, by more than chance. ``gains``: what was found by searches
    for what the measurement does not tell.
    """

    mode: RetimeMode
    clock: Clock
    found: bool
    gains: Mapping[RetimeMode, Gain] = field(default_factory=dict)


def fit_steady(clip: Clip, scale: float, modes: frozenset[RetimeMode], gates: Gates) -> Steady:
    """Nothing, a constant offset, a drift or steps: what was measured, as far as ``modes`` allow.

    ``scale`` turns evidence into nats. A small offset is only acted on where it explains more than none.
    Who allows a drift but no path says that the sound drifts: then it takes less evidence.
    """
    none = Clock((ClockPiece(0.0, clip.frames / ANALYSIS_FPS, Line()),))
    clock = _allowed(clip, modes)
    if clock is None:
        return Steady(RetimeMode.NONE, none, found=False)
    clock, gains = _drifting(clip, clock, scale, gates) if _named(modes) else (clock, {})
    better = clock_score(clip, clock, scale) - clock_score(clip, none, scale)
    if _furthest(clip, clock) < LEAST_OFFSET_FRAMES or better < gates.offset_cost:
        return Steady(RetimeMode.NONE, none, found=True, gains=gains)
    return Steady(_mode(clock), clock, found=True, gains=gains)


def clock_score(clip: Clip, clock: Clock, scale: float) -> float:
    """Log-likelihood of one clock, against none."""
    rows = evidence(along(clip.video, clock, clip.frames), clip.audio, OFFSET_RADIUS)
    return float(scale * rows[:, OFFSET_RADIUS].sum())


def _allowed(clip: Clip, modes: frozenset[RetimeMode]) -> Clock | None:
    found = clock_of(clip.timeline)
    if found is None or _mode(found) in modes:
        return found
    return constant(clip.timeline)


def _named(modes: frozenset[RetimeMode]) -> bool:
    """Whether a drift was asked for, and nothing freer."""
    return RetimeMode.DRIFT in modes and RetimeMode.LOCAL not in modes


def _drifting(clip: Clip, clock: Clock, scale: float, gates: Gates) -> tuple[Clock, dict[RetimeMode, Gain]]:
    """The clock, or the drift that is evident beside it where it has none."""
    if clock.first.rate:
        return clock, {}
    fit = fit_drift(clip, scale)
    gains = {RetimeMode.DRIFT: fit.gain}
    if not fit.pays(gates):
        return clock, gains
    return fit.clock, gains


def _mode(clock: Clock) -> RetimeMode:
    if clock.steps:
        return RetimeMode.STEPS
    return RetimeMode.DRIFT if clock.first.rate else RetimeMode.OFFSET


def _furthest(clip: Clip, clock: Clock) -> float:
    output = np.arange(clip.frames, dtype=np.float64)
    return float(np.abs(clock.source(output) - output).max())
