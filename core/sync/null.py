"""The null of a score: what the same lips score against sound that does not belong to them.

The clip's own sound is moved round in a circle, so that it keeps its speaker, its rhythm and its loudness but
no longer belongs to the lips. How far a shift stands out by chance follows from all shifts but those around
the best one. Sound played backwards would not do: embeddings know which way time runs, and stray less there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from liptune.core.sync.band import Floats
from liptune.core.sync.profile import Profile, profile
from liptune.core.sync.types import BAND_RADIUS, Null

FRAME_DRAWS = 400_000
MOST_DRAWS = 64
FEWEST_DRAWS = 16
DRAW_STEP_FRAMES = 8
DIP_RADIUS = 5
LONGEST_CORRELATION = 10
RESOLUTION = 1e-6
"""Reliefs under this are rounding: embeddings that never change say nothing."""

Scorer = Callable[[int], NDArray[np.float32]]


@dataclass(frozen=True)
class Prior:
    """Spread of an engine's reliefs over unrelated clips.

    ``scale``: their standard deviation times the root of the number of pairs. ``freedom``: how many
    independent values of a clip's own that knowledge is worth.
    """

    scale: float
    freedom: float


@dataclass(frozen=True)
class ChanceModel:
    """How reliefs spread when lips and sound are unrelated.

    ``scale``: their standard deviation. ``freedom``: degrees of freedom behind ``scale``. ``shifts``: how
    many shifts the best is picked from. ``draws``: the confidences of the draws themselves.
    """

    scale: float
    freedom: float
    shifts: int
    draws: NDArray[np.float64]

    def confidence(self, measured: Profile) -> float:
        """The best shift's prominence in standard deviations of chance."""
        return measured.prominence / self.scale if self.scale > 0 else 0.0

    def threshold(self, false_alarms: float) -> float:
        """The confidence that unrelated speech passes in a share ``false_alarms`` of clips at most.

        Bonferroni over the shifts of the band; Student's t because the scale is itself an estimate.
        """
        return float(-stdtrit(self.freedom, false_alarms / self.shifts))

    def shrunk(self, prior: Prior | None, pairs: float) -> "ChanceModel":
        """The scale drawn towards what is usual for the engine, as far as the clip itself is unsure of it.

        The posterior variance of the scaled inverse chi-squared prior (Smyth 2004, eq. 3).
        """
        if prior is None:
            return self
        freedom = self.freedom + prior.freedom
        usual = prior.scale**2 / pairs
        scale = float(np.sqrt((self.freedom * self.scale**2 + prior.freedom * usual) / freedom))
        return replace(self, scale=scale, freedom=freedom, draws=self.draws * self.scale / scale)

    def part(self, share: float) -> "ChanceModel":
        """Chance for a stretch with that share of the pairs: fewer independent values, spread more."""
        return replace(self, scale=self.scale / np.sqrt(share), freedom=max(self.freedom * share, 1.0))

    @property
    def null(self) -> Null:
        """The draws in brief."""
        return Null(float(self.draws.mean()), float(np.percentile(self.draws, 95)), len(self.draws))


def chance_model(score: Scorer, sounds: int, measured: Profile, frames: int) -> ChanceModel:
    """Scores ``frames`` moments against the sound, ``sounds`` frames long, where it does not belong.

    ``score`` does for the sound moved round by so many frames all that is done for it in its place, and
    returns the band's values: selection is part of chance. ``measured``: what it gave in its place.
    """
    shifts = _spread(0, sounds, min(_most_draws(frames), -(-sounds // DRAW_STEP_FRAMES)))
    reliefs = np.array([profile(score(int(shift))).relief for shift in shifts])
    lags = np.arange(reliefs.shape[1]) - shifts[:, None] - measured.best
    reliefs[_circular(lags, sounds) <= DIP_RADIUS] = np.nan
    reliefs = reliefs[np.isfinite(reliefs).any(axis=1)]
    searched = int(np.isfinite(measured.relief).sum())
    if not (np.abs(reliefs) > RESOLUTION).any():
        return ChanceModel(0.0, 1.0, searched, np.zeros(1))
    scale = float(np.sqrt(np.nanmean(reliefs**2)))
    known = min(sounds - 2 * DIP_RADIUS - 1, reliefs.size)
    return ChanceModel(scale, _freedom(reliefs, known), searched, np.nanmax(reliefs, axis=1) / scale)


def unrelated(audio: Floats, frames: int, radius: int = BAND_RADIUS) -> Iterator[Floats]:
    """The sound moved round in a circle, clear of the band; none where the clip is too short for that."""
    clear = 2 * radius + 1
    for shift in _spread(clear, len(audio) - clear, _most_draws(frames)):
        yield np.roll(audio, shift, axis=0)


def _most_draws(frames: int) -> int:
    return int(np.clip(FRAME_DRAWS // max(frames, 1), FEWEST_DRAWS, MOST_DRAWS))


def _spread(begin: int, end: int, most: int) -> NDArray[np.int64]:
    if end <= begin:
        return np.empty(0, np.int64)
    return np.unique(np.linspace(begin, end, min(most, end - begin), endpoint=False).astype(np.int64))


def _circular(lags: NDArray[np.int64], period: int) -> NDArray[np.int64]:
    """Distance from 0 on a circle."""
    return np.minimum(lags % period, -lags % period)


def _freedom(reliefs: NDArray[np.float64], lags: int) -> float:
    """Independent values behind the scale: distinct lags over their correlation time (Bartlett 1946)."""
    here = np.isfinite(reliefs).astype(np.float64)
    filled = np.nan_to_num(reliefs)
    power = (filled**2).sum() / here.sum()
    correlations = [
        (filled[:, lag:] * filled[:, :-lag]).sum() / max((here[:, lag:] * here[:, :-lag]).sum(), 1.0) / power
        for lag in range(1, LONGEST_CORRELATION + 1)
    ]
    return float(max(lags / (1 + 2 * np.square(correlations).sum()), 1.0))
