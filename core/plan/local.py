"""Fits a local warp: a path of displacements around a steady clock, and its gain over that clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain, gain_over_chance
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock
from liptune.core.plan.evidence import along, between_frames, evidence
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.path import Path, best_path, log_evidence
from liptune.core.plan.syllables import band_frames
from liptune.core.plan.types import Line
from liptune.core.sync.band import Floats

SPLINE_MARGIN = 2
WALL = 0.1
SAME_FRAMES = 0.5
FALSE_ALARMS = 5e-3
LEAST_NATS = 10.0


@dataclass(frozen=True)
class LocalFit:
    """``path``: displacements beside ``line``. ``gain``: of the prior's paths, beside that of chance."""

    line: Line
    path: Path
    gain: Gain

    @property
    def related(self) -> bool:
        """Whether lips and sound agree along it by more than chance, should nothing else show that."""
        ahead = self.gain.value - self.gain.null_mean
        return self.gain.chance < FALSE_ALARMS and ahead >= LEAST_NATS


@dataclass(frozen=True)
class _Beside:
    """A steady clock, the picture as it would show it, and what the evidence says around it."""

    line: Line
    video: NDArray[np.float64]
    rows: NDArray[np.float64]
    cost: float


def fit_local(
    clip: Clip,
    line: Line,
    prior: PathPrior,
    scale: float,
    *,
    gates: Gates,
    adaptive: bool = False,
    rivals: Sequence[Clock] = (),
) -> LocalFit | None:
    """Searches the paths within the prior's radius of a steady clock, or of none at all.

    None where a steady clock explains as much, or one of the ``rivals``, which change: a path that only
    follows as far as it can what one of these is, is none. What wanders seems shifted, too: a constant offset
    is kept under the path only where it pays for itself. ``scale`` turns evidence into nats. ``adaptive``:
    the band follows the speech.
    """
    walls = _walls(clip, prior) if adaptive else 0.0
    clocks = [_beside(clip, each, prior, scale, _cost(each, gates)) for each in dict.fromkeys((Line(), line))]
    clocks = [replace(clock, rows=clock.rows - walls) for clock in clocks]
    weights = [log_evidence(clock.rows[None], prior)[0] - clock.cost for clock in clocks]
    best = clocks[int(np.argmax(weights))]
    steady = max(straight(clock.rows, prior) - clock.cost for clock in clocks)
    if line.offset_frames:
        steady = max(steady, _anywhere(clocks[0].rows))
    for rival in rivals:
        rows = likelihood(along(clip.video, rival, clip.frames), clip.audio, prior, scale)
        steady = max(steady, straight(rows, prior) - _clock_cost(rival, gates))
    if max(weights) - steady < gates.path_cost(clip.seen):
        return None
    cuts = np.rint(best.line.output(clip.cuts.astype(np.float64))).astype(np.int64)
    path = best_path(best.rows, prior, cuts)
    trusted = replace(path, displacements=gates.trust * path.displacements)
    return LocalFit(best.line, trusted, _gain(clip, best, prior, scale))


def straight(rows: NDArray[np.float64], prior: PathPrior) -> float:
    """How well a steady clock alone explains the sound, in nats; half a frame to either side is the same.

    ``rows``: (T, m) log-likelihoods around it.
    """
    lines = rows[:, np.abs(prior.displacements) <= SAME_FRAMES].sum(axis=0)
    return float(logsumexp(lines) - np.log(len(lines)))


def _anywhere(rows: NDArray[np.float64]) -> float:
    """How well any constant displacement within the radius explains the sound, in nats.

    A path may stay at one for no more than the choice of where; so may this, or a small offset that was
    found already would be taken for a path.
    """
    lines = rows.sum(axis=0)
    return float(logsumexp(lines) - np.log(len(lines)))


def _cost(line: Line, gates: Gates) -> float:
    if line.rate:
        return gates.drift_cost
    return gates.offset_cost if line.offset_frames else 0.0


def _clock_cost(clock: Clock, gates: Gates) -> float:
    return len(clock.pieces) * gates.offset_cost if clock.steps else _cost(clock.first, gates)


def _walls(clip: Clip, prior: PathPrior) -> NDArray[np.float64]:
    """The penalty of each displacement at each frame for leaving the adaptive band, (T, m)."""
    if clip.loudness is None:
        return np.zeros(1)
    band = band_frames(clip.loudness, prior.radius)
    return WALL * np.square(np.maximum(np.abs(prior.displacements) - band[:, None], 0.0))


def _beside(clip: Clip, line: Line, prior: PathPrior, scale: float, cost: float) -> _Beside:
    video = along(clip.video, line, clip.frames)
    return _Beside(line, video, likelihood(video, clip.audio, prior, scale), cost)


def _gain(clip: Clip, beside: _Beside, prior: PathPrior, scale: float) -> Gain:
    return gain_over_chance(
        float(log_evidence(beside.rows[None], prior)[0]),
        lambda picture, sounds: log_evidence(
            np.stack([likelihood(picture, sound, prior, scale) for sound in sounds]), prior
        ),
        beside.video,
        clip.audio,
    )


def likelihood(video: Floats, audio: Floats, prior: PathPrior, scale: float) -> NDArray[np.float64]:
    """Log-likelihood of each of the prior's displacements at each frame, (T, m)."""
    radius = int(np.ceil(prior.radius)) + SPLINE_MARGIN
    return scale * between_frames(evidence(video, audio, radius), prior.displacements)
