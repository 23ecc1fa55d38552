"""Finds who speaks: joins the faces' distance bands into one, of the speaking face at each frame."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.types import DistanceBand

SELECTION_FRAMES = 75
NOBODY = -1

Speaker = NDArray[np.int64]


def compose(bands: Sequence[DistanceBand], frames: int) -> tuple[DistanceBand, Speaker]:
    """One band over the whole clip, from the face that speaks at each frame, and the index of its band.

    Where faces overlap in time, the one whose lips follow the sound better over three seconds around is taken
    to speak. Frames without a face are NaN and have the speaker -1.
    """
    radius = bands[0].radius
    values = np.full((frames, 2 * radius + 1), np.nan, np.float32)
    centres = np.zeros(frames, np.int64)
    speaker = np.full(frames, NOBODY, np.int64)
    evidence = np.full(frames, -np.inf)
    crowd = _crowd(bands, frames)
    for index, band in enumerate(bands):
        span = slice(band.first, band.first + len(band.values))
        alone = crowd[span].max(initial=0) <= 1
        strength = np.zeros(len(band.values)) if alone else _strengths(band)
        present = np.isfinite(band.values).any(axis=1)
        wins = present & (strength > evidence[span])
        values[span][wins] = band.values[wins]
        if band.centres is not None:
            centres[span][wins] = band.centres[wins]
        speaker[span][wins] = index
        evidence[span][wins] = strength[wins]
    return DistanceBand(0, values, radius, centres), speaker


def _crowd(bands: Sequence[DistanceBand], frames: int) -> NDArray[np.int64]:
    """How many faces are on screen at each frame."""
    crowd = np.zeros(frames, np.int64)
    for band in bands:
        crowd[band.first : band.first + len(band.values)] += 1
    return crowd


def _strengths(band: DistanceBand) -> NDArray[np.float64]:
    """How far the best shift stands out from the average one around each frame, (n,)."""
    from scipy.ndimage import uniform_filter1d  # noqa: PLC0415  (slow to import; one face needs none)

    here = np.isfinite(band.values)
    width = min(SELECTION_FRAMES, len(here))
    sums = uniform_filter1d(np.where(here, band.values, 0).astype(np.float64), width, axis=0, mode="constant")
    share = uniform_filter1d(here.astype(np.float64), width, axis=0, mode="constant")
    enough = share >= np.maximum(0.5 * share.max(axis=1, keepdims=True), 0.5 / width)
    means = np.divide(sums, share, out=np.zeros_like(sums), where=enough)
    average = means.sum(axis=1) / np.maximum(enough.sum(axis=1), 1)
    least = np.where(enough, means, np.inf).min(axis=1)
    return np.where(enough.any(axis=1), average - least, 0.0)
