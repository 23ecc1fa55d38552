"""A distance band averaged over time, one mean distance a shift, and the offset read from it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.types import BAND_RADIUS

MINIMUM_SHARE = 0.5
# Weights of a shift and its neighbours, a Gaussian of 0.85 frames.
NEIGHBOURS = np.exp(-0.5 * (np.arange(-3, 4) / 0.85) ** 2)


@dataclass(frozen=True)
class Profile:
    """Mean distance at each shift. Shift k pairs the picture with the sound ``k - radius`` frames later.

    ``distances``: (2·radius + 1,) float64, NaN where fewer than half of the moments have a pair. ``weights``:
    the square root of each shift's share of pairs, 0 … 1, which puts all shifts' noise on one scale.
    ``pairs``: of the shift that has most. ``within``: how far from the middle the best may be.
    """

    distances: NDArray[np.float64]
    weights: NDArray[np.float64]
    pairs: float
    radius: int = BAND_RADIUS
    within: int | None = None

    @cached_property
    def relief(self) -> NDArray[np.float64]:
        """How far each shift stands out below the band's median, in units of equal noise."""
        return _relief(self.distances, self.weights)

    @cached_property
    def support(self) -> NDArray[np.float64]:
        """The relief of each shift with that of its neighbours."""
        return with_neighbours(self.relief)

    @cached_property
    def best(self) -> int:
        """The shift that stands out most, its neighbours counted.

        Lips and sound that fit at one shift nearly fit at the next, while noise differs.
        """
        return int(self._eligible.start) + int(np.nanargmax(self.support[self._eligible]))

    @property
    def prominence(self) -> float:
        """How far the shift that stands out most does so alone."""
        return float(np.nanmax(self.relief[self._eligible]))

    @property
    def told(self) -> bool:
        """Whether there is any shift to choose from."""
        return bool(np.isfinite(self.relief[self._eligible]).any())

    @property
    def _eligible(self) -> slice:
        return _around(self.radius, self.within)

    @property
    def offset_frames(self) -> float:
        """Where the distance is least, between frames: positive where the audio is early."""
        return float(self.radius - (self.best + _vertices(self.support[None], np.array([self.best]))[0]))

    @property
    def lse_d(self) -> float:
        """Least distance (Chung & Zisserman 2016; LSE-D in Prajwal et al. 2020)."""
        return float(np.nanmin(self.distances))

    @property
    def lse_c(self) -> float:
        """Median distance less the least (LSE-C)."""
        return float(np.nanmedian(self.distances) - np.nanmin(self.distances))

    @property
    def at_zero(self) -> float:
        """Distance of the clip as it is."""
        return float(self.distances[self.radius])


def with_neighbours(rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """(..., shifts): weighted means of neighbouring shifts, of those that are there; NaN kept."""
    here = np.isfinite(rows)
    total = _convolved(np.where(here, rows, 0))
    weight = _convolved(here)
    return np.where(here, total / np.maximum(weight, NEIGHBOURS[0]), np.nan)


def _convolved(rows: NDArray[Any]) -> NDArray[np.float64]:
    """Sums over the neighbours, zero beyond the ends."""
    reach = len(NEIGHBOURS) // 2
    padded = np.pad(rows.astype(np.float64), [(0, 0)] * (rows.ndim - 1) + [(reach, reach)])
    shifts = rows.shape[-1]
    return np.asarray(sum(weight * padded[..., k : k + shifts] for k, weight in enumerate(NEIGHBOURS)))


def profile_of(sums: NDArray[np.float64], counts: NDArray[np.float64], within: int | None = None) -> Profile:
    """The profile of distances summed over time, with the number of terms of each sum."""
    distances, weights = _means(sums, counts)
    return Profile(distances, weights, float(counts.max()), len(sums) // 2, within)


def offsets_of(
    sums: NDArray[np.float64], counts: NDArray[np.float64], within: int | None = None
) -> NDArray[np.float64]:
    """`Profile.offset_frames` of many, (n,), of (n, shifts); NaN where there is no shift to choose from."""
    radius = sums.shape[1] // 2
    relief = _relief(*_means(sums, counts))
    support, eligible = with_neighbours(relief), _around(radius, within)
    told = np.isfinite(relief[:, eligible]).any(axis=1)
    best = eligible.start + np.where(np.isfinite(support), support, -np.inf)[:, eligible].argmax(axis=1)
    return np.where(told, radius - (best + _vertices(support, best)), np.nan)


def _means(
    sums: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`Profile.distances` and `Profile.weights`, (..., shifts)."""
    most = counts.max(axis=-1, keepdims=True)
    enough = counts >= np.maximum(MINIMUM_SHARE * most, 1)
    distances = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=distances, where=enough)
    return distances, np.where(enough, np.sqrt(counts / np.maximum(most, 1)), 0.0)


def _relief(distances: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((np.nanmedian(distances, axis=-1, keepdims=True) - distances) * weights)


def _around(radius: int, within: int | None) -> slice:
    """The shifts that may be the best."""
    reach = radius if within is None else within
    return slice(radius - reach, radius + reach + 1)


def profile(values: NDArray[np.float32], within: int | None = None) -> Profile:
    """The profile of a band's ``values``, each shift averaged over the moments that have a pair."""
    sums = np.nan_to_num(values).sum(axis=0, dtype=np.float64)
    return profile_of(sums, np.isfinite(values).sum(axis=0).astype(np.float64), within)


def _vertices(heights: NDArray[np.float64], peaks: NDArray[np.int64]) -> NDArray[np.float64]:
    """The top of the parabola through each row's peak and its neighbours, -0.5 … 0.5 beside it, (n,)."""
    row, last = np.arange(len(peaks)), heights.shape[1] - 1
    before, at = heights[row, np.maximum(peaks - 1, 0)], heights[row, peaks]
    after = heights[row, np.minimum(peaks + 1, last)]
    curvature = before - 2 * at + after
    bent = (peaks > 0) & (peaks < last) & np.isfinite(curvature) & (curvature < 0)
    return np.where(bent, np.clip(0.5 * (before - after) / np.where(bent, curvature, 1), -0.5, 0.5), 0.0)
