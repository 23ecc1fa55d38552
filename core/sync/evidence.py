"""The evidence in a distance band: log distances less the mean of each moment of picture and sound."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SWEEPS = 3
BLOCK = 4096
"""Moments worked on at a time; bounds the memory."""

# In medians of the band: two vectors this close are as good as equal.
FLOOR = 0.07


def evidence(values: NDArray[np.float32], centres: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
    """A band as logarithms of distances, centred; NaN kept. ``centres``: see `DistanceBand`.

    A near pair tells more than a far one: by the logarithm, halving a distance counts the same anywhere.
    Chosen on speakers held out of training (`training.reading`).
    """
    nearness = values / max(usual_distance(values), 1e-6)
    nearness += np.float32(FLOOR)
    np.log(nearness, out=nearness)
    for run in [slice(None)] if centres is None else runs(centres):
        nearness[run] = centred(nearness[run])
    return nearness


def usual_distance(values: NDArray[np.float32]) -> float:
    """The median of a band's distances; 1 where there is no pair."""
    return float(np.nanmedian(values)) if np.isfinite(values).any() else 1.0


def runs(centres: NDArray[np.int64]) -> list[slice]:
    """The spans of rows over which a band's centre stays the same."""
    edges = [0, *(np.flatnonzero(np.diff(centres)) + 1).tolist(), len(centres)]
    return [slice(begin, end) for begin, end in pairwise(edges) if end > begin]


def centred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A band less the mean of each moment of the picture, and of the sound, (n, shifts), NaN kept.

    Some moments are near to everything, as silence and closed lips are, and others far. That moves the mean
    distance as moments enter and leave at the ends of a shift, and hides the dip. The two-way additive fit is
    by alternating means. A moment bears on no other further off than a band's width a sweep, so that blocks
    with that much around them give the same as the whole.
    """
    around = SWEEPS * (values.shape[1] - 1)
    result = np.empty(values.shape, np.float32)
    for begin in range(0, len(values), BLOCK):
        low = max(begin - around, 0)
        block = _centred(values[low : begin + BLOCK + around])
        result[begin : begin + BLOCK] = block[begin - low : begin - low + BLOCK]
    return result


def _centred(values: NDArray[np.float32]) -> NDArray[np.float64]:
    here = np.isfinite(values)
    rest = np.where(here, values, 0).astype(np.float64)
    in_row = np.maximum(here.sum(axis=1), 1)
    of_sound = np.maximum(_sums_of_sound(here), 1)
    for _ in range(SWEEPS):
        means = rest.sum(axis=1) / in_row
        for shift in range(rest.shape[1]):
            rest[:, shift] -= np.where(here[:, shift], means, 0)
        means = _sums_of_sound(rest) / of_sound
        for shift in range(rest.shape[1]):
            rest[:, shift] -= np.where(here[:, shift], means[shift : shift + len(rest)], 0)
    rest[~here] = np.nan
    return rest


def _sums_of_sound(band: NDArray[np.generic]) -> NDArray[np.float64]:
    """Sums over the pairs of each moment of the sound, shift by shift: an index would outweigh the band."""
    moments, shifts = band.shape
    sums = np.zeros(moments + shifts - 1)
    for shift in reversed(range(shifts)):
        sums[shift : shift + moments] += band[:, shift]
    return sums
