"""How near predicted faces come to real ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.mouth import BROWS, CORNERS, LIPS, opening

DRAWS = 2000
Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Agreement:
    """``error``: mean distance of the lips' points in % of the eye distance. Correlations over the clip, NaN
    where one of both stands still: ``opening`` of the lips, ``corners`` apart, ``brows``' height."""

    error: float
    opening: float
    corners: float
    brows: float


def agreement(guess: Rows, true: Rows) -> Agreement:
    """Of (T, P, 2) shapes in the mean face's coordinates."""
    apart = np.linalg.norm(guess[:, LIPS] - true[:, LIPS], axis=-1)
    return Agreement(
        100 * float(apart.mean()),
        _correlation(opening(guess), opening(true)),
        _correlation(
            *(np.linalg.norm(np.diff(each[:, CORNERS], axis=1), axis=(1, 2)) for each in (guess, true))
        ),
        _correlation(guess[:, BROWS, 1].mean(1), true[:, BROWS, 1].mean(1)),
    )


def interval(differences: NDArray[np.float64]) -> tuple[float, float]:
    """95 % of the mean, by drawing clips anew (Efron 1979)."""
    told = differences[np.isfinite(differences)]
    drawn = np.random.default_rng(0).choice(told, (DRAWS, len(told))).mean(1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def _correlation(one: Rows, other: Rows) -> float:
    if one.std() < 1e-6 or other.std() < 1e-6:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])
