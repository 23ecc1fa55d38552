"""Clocks that change where the measurement, which asks for more, is sure of one offset alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.drift import fit_drift
from liptune.core.plan.step import fit_step, step_cost
from liptune.core.plan.types import Line, RetimeMode


@dataclass(frozen=True)
class Candidate:
    """A clock that changes. ``ahead``: nats that it gains over one offset, less what it costs."""

    mode: RetimeMode
    clock: Clock
    ahead: float


def candidates(clip: Clip, line: Line, scale: float, gates: Gates) -> list[Candidate]:
    """The best single step beside the constant offset ``line``, and the best drift, the likelier one first.

    ``scale`` turns evidence into nats.
    """
    drift = fit_drift(clip, scale, least=np.inf)
    clock = Clock((ClockPiece(0.0, clip.frames / ANALYSIS_FPS, drift.line),))
    found = [Candidate(RetimeMode.DRIFT, clock, drift.gain.value - gates.drift_cost)]
    step = fit_step(clip, line, scale, least=np.inf)
    if step is not None:
        found.append(Candidate(RetimeMode.STEPS, step.clock, step.gain.value - step_cost(gates)))
    return sorted(found, key=lambda each: -each.ahead)


def borne_out(
    clip: Clip, line: Line, tried: Sequence[Candidate], scale: float, gates: Gates
) -> tuple[Candidate, Gain] | None:
    """The likeliest of the `candidates` that pays for itself and gains more than chance would give; with
    that. Chance, which takes long, is asked of nothing else."""
    for each in tried:
        if each.ahead < 0:
            break
        fit = fit_drift(clip, scale) if each.mode is RetimeMode.DRIFT else fit_step(clip, line, scale)
        if fit is not None and fit.pays(gates):
            return each, fit.gain
    return None
