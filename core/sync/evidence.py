"""The evidence in a distance band: log distances less the mean of each moment of picture and sound."""

from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
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
    here = np.isfinite(values.T)
    of_pairs, pairs = _by_sound(here)
    of_rest, rest = _by_sound(np.where(here, values.T, 0))
    in_row, in_sound = np.maximum(pairs.sum(axis=0), 1), np.maximum(of_pairs.sum(axis=0), 1)
    for _ in range(SWEEPS):
        rest -= rest.sum(axis=0) / in_row
        rest *= pairs
        rest -= sliding_window_view(of_rest.sum(axis=0) / in_sound, rest.shape[1])
        rest *= pairs
    return np.where(here, rest, np.nan).T


def _by_sound(band: NDArray[np.generic]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A band, (shifts, moments), with what is of one moment of the sound in one column, and a view without
    that: (shifts, moments + shifts - 1), (shifts, moments).
    """
    shifts, moments = band.shape
    columns = np.zeros((shifts, moments + shifts - 1))
    along, item = columns.strides
    view = as_strided(columns, band.shape, (along + item, item))
    view[:] = band
    return columns, view
