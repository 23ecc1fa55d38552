"""What unrelated speech would score: the null that every score is judged against.

The clip's own sound is moved beyond the search band, and turned back to front, so that it keeps its speaker,
its rhythm and its loudness but no longer belongs to the lips. How far a band stands out by chance
follows from these draws.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.sync.band import Floats
from core.sync.profile import Profile, profile
from core.sync.types import BAND_RADIUS, Null

FRAME_DRAWS = 400_000
MOST_DRAWS = 64
FEWEST_DRAWS = 16
LONGEST_CORRELATION = 10

Scorer = Callable[[Floats], NDArray[np.float32]]


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
        return float(stats.t.isf(false_alarms / self.shifts, self.freedom))

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


def chance_model(score: Scorer, audio: Floats, frames: int) -> ChanceModel:
    """Scores ``frames`` moments against sounds that do not belong to them.

    ``score`` does for a sound all that is done for the true one, and returns the band's values: selection is
    part of chance.
    """
    reliefs = np.array([profile(score(sound)).relief for sound in unrelated(audio, frames)])
    scale = float(np.sqrt(np.nanmean(reliefs**2)))
    peaks = np.nanmax(reliefs, axis=1)
    return ChanceModel(
        scale,
        _freedom(reliefs, len(audio)),
        int(np.isfinite(reliefs).any(axis=0).sum()),
        peaks / scale if scale > 0 else np.zeros_like(peaks),
    )


def unrelated(audio: Floats, frames: int, radius: int = BAND_RADIUS) -> Iterator[Floats]:
    """The same sound elsewhere: shifted in a circle well beyond the band, forwards and back to front."""
    draws = int(np.clip(FRAME_DRAWS // max(frames, 1), FEWEST_DRAWS, MOST_DRAWS)) // 2
    clear = 2 * radius + 1
    for shift in _spread(clear, len(audio) - clear, draws):
        yield np.roll(audio, shift, axis=0)
    for shift in _spread(0, len(audio), draws):
        yield np.roll(audio[::-1], shift, axis=0)


def _spread(begin: int, end: int, most: int) -> NDArray[np.int64]:
    if end <= begin:
        return np.empty(0, np.int64)
    return np.unique(np.linspace(begin, end, min(most, end - begin), endpoint=False).astype(np.int64))


def _freedom(reliefs: NDArray[np.float64], lags: int) -> float:
    """Independent values behind the scale: distinct lags over their correlation time (Bartlett 1946)."""
    filled = np.nan_to_num(reliefs - np.nanmean(reliefs))
    power = (filled**2).mean()
    if power == 0:
        return 1.0
    correlations = [
        (filled[:, lag:] * filled[:, :-lag]).mean() / power for lag in range(1, LONGEST_CORRELATION + 1)
    ]
    return float(max(lags / (1 + 2 * np.square(correlations).sum()), 2.0))
