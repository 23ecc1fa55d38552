"""Clocks that change where the measurement, which asks for more, is sure of one offset alone."""

from dataclasses import dataclass

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
    """A clock that changes, what it gains over one offset, and by how many nats beyond its cost.

    ``pays``: whether that is more than chance would give.
    """

    mode: RetimeMode
    clock: Clock
    gain: Gain
    ahead: float
    pays: bool


def untold(clip: Clip, line: Line, scale: float, gates: Gates) -> list[Candidate]:
    """The best single step beside the constant offset ``line``, and the best drift, the likelier one first.

    ``scale`` turns evidence into nats.
    """
    found = [_drift(clip, scale, gates)]
    step = fit_step(clip, line, scale, least=step_cost(gates))
    if step is not None:
        ahead = step.gain.value - step_cost(gates)
        found.append(Candidate(RetimeMode.STEPS, step.clock, step.gain, ahead, step.pays(gates)))
    return sorted(found, key=lambda each: -each.ahead)


def _drift(clip: Clip, scale: float, gates: Gates) -> Candidate:
    fit = fit_drift(clip, scale, least=gates.drift_cost)
    clock = Clock((ClockPiece(0.0, clip.frames / ANALYSIS_FPS, fit.line),))
    ahead = fit.gain.value - gates.drift_cost
    return Candidate(RetimeMode.DRIFT, clock, fit.gain, ahead, fit.pays(gates))
