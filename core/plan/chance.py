"""The null of a search: what it finds in the clip's own sound, moved to where it cannot belong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from liptune.core.sync.band import Floats
from liptune.core.sync.null import unrelated

FALSE_ALARMS = 1e-4
LEAST_NATS = 10.0
MOST_FRAMES = 1500
DRAWS = 16

Search = Callable[[Floats, Sequence[Floats]], NDArray[np.float64]]


@dataclass(frozen=True)
class Gain:
    """How much a search found, and how much it finds in unrelated sound; nats over the moments searched."""

    value: float
    null_mean: float
    null_spread: float
    draws: int

    @property
    def chance(self) -> float:
        """The share of unrelated clips that would give as much (Student's t); 1 where that is not known."""
        if self.draws < 2 or self.null_spread <= 0:
            return 1.0
        beyond = (self.value - self.null_mean) / (self.null_spread * np.sqrt(1 + 1 / self.draws))
        return float(stdtr(self.draws - 1, -beyond))

    @property
    def real(self) -> bool:
        """Whether that share is small enough to act on, with nothing else in favour.

        The best of many has a longer tail than Student's, so some nats are asked for besides.
        """
        return self.chance < FALSE_ALARMS and bool(self.value - self.null_mean >= LEAST_NATS)


def gain_over_chance(value: float, search: Search, video: Floats, audio: Floats) -> Gain:
    """What a search found, beside what it finds with the clip's own sound where that does not belong.

    Of a long clip, chance is drawn on a stretch, and grown with the length: its mean in proportion, its
    spread as the root.
    """
    begin = _busiest(video)
    picture, sound = video[begin : begin + MOST_FRAMES], audio[begin : begin + MOST_FRAMES]
    others = list(unrelated(sound, len(picture)))
    chosen = others[:: max(1, len(others) // DRAWS)]
    if len(chosen) < 2:
        return Gain(value, 0.0, 0.0, len(chosen))
    draws = search(picture, chosen)
    growth = len(video) / len(picture)
    return Gain(value, draws.mean() * growth, draws.std(ddof=1) * np.sqrt(growth), len(draws))


def _busiest(video: Floats) -> int:
    """Where the stretch with the most embedded frames begins."""
    if len(video) <= MOST_FRAMES:
        return 0
    seen = np.concatenate([[0], np.cumsum(np.isfinite(video).all(axis=1))])
    return int((seen[MOST_FRAMES:] - seen[:-MOST_FRAMES]).argmax())
