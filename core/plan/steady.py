"""Chooses between no change, a constant offset and a drift by their log-likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain, gain_over_chance
from liptune.core.plan.clip import Clip
from liptune.core.plan.drift import fit_drift
from liptune.core.plan.evidence import along, evidence
from liptune.core.plan.lines import OFFSET_RADIUS, LineFit, fit_lines
from liptune.core.plan.types import Line, RetimeMode

LEAST_OFFSET_FRAMES = 0.5


@dataclass(frozen=True)
class Steady:
    """The clock that was chosen; its mode is NONE where the clip needs no other.

    ``found``: lips and sound do agree along it, by more than chance.
    """

    mode: RetimeMode
    line: Line
    found: bool
    gains: dict[RetimeMode, Gain]
    rate_error: float = 0.0


def fit_steady(clip: Clip, scale: float, modes: frozenset[RetimeMode], gates: Gates) -> Steady:
    """Nothing, a constant offset, or a drift: the simplest that the evidence does not exceed.

    ``scale`` turns evidence into nats. ``modes``: what may be tried beside nothing.
    """
    constant = _constant(clip, scale, gates)
    if RetimeMode.DRIFT not in modes:
        return constant
    fit = fit_drift(clip.video, clip.audio, scale)
    moves = abs(fit.line.rate) * clip.frames / 2 >= LEAST_OFFSET_FRAMES
    advantage = line_score(clip, fit.line, scale) - line_score(clip, constant.line, scale)
    if not moves or advantage < gates.drift_cost:
        return constant
    gain = gain_over_chance(
        lambda video, sounds: np.array([fit_drift(video, sound, scale).log_evidence for sound in sounds]),
        clip.video,
        clip.audio,
    )
    gains = constant.gains | {RetimeMode.DRIFT: gain}
    if not gain.real:
        return Steady(constant.mode, constant.line, constant.found, gains)
    return Steady(RetimeMode.DRIFT, fit.line, True, gains, fit.rate_error)


def _constant(clip: Clip, scale: float, gates: Gates) -> Steady:
    if not clip.evident:
        return Steady(RetimeMode.NONE, Line(), False, {})
    fit = fit_offset(scale * evidence(clip.video, clip.audio, OFFSET_RADIUS))
    better = fit.best - line_score(clip, Line(), scale)
    if abs(fit.line.offset_frames) < LEAST_OFFSET_FRAMES or better < gates.offset_cost:
        return Steady(RetimeMode.NONE, Line(), True, {})
    return Steady(RetimeMode.OFFSET, fit.line, True, {})


def line_score(clip: Clip, line: Line, scale: float) -> float:
    """Log-likelihood of one steady clock, against none."""
    rows = evidence(along(clip.video, line, clip.frames), clip.audio, OFFSET_RADIUS)
    return float(scale * rows[:, OFFSET_RADIUS].sum())


def fit_offset(log_likelihood: NDArray[np.float64]) -> LineFit:
    """The constant offset that explains the evidence best; see `fit_lines`."""
    return fit_lines(log_likelihood, np.zeros(1))
