"""Takes out of the band what says nothing of sync."""

import numpy as np
from numpy.typing import NDArray

SWEEPS = 3


def centred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A band less the mean of each moment of the picture, and of the sound, (n, shifts), NaN kept.

    Some moments are near to everything, as silence and closed lips are, and others far. That moves the mean
    distance as moments enter and leave at the ends of a shift, and hides the dip. The two-way additive fit is
    by alternating means.
    """
    here = np.isfinite(values)
    rest = np.where(here, values, 0).astype(np.float64)
    moments, shifts = rest.shape
    sound = np.arange(moments)[:, None] + np.arange(shifts)
    in_row = np.maximum(here.sum(axis=1, keepdims=True), 1)
    of_sound = np.maximum(np.bincount(sound.ravel(), here.ravel(), moments + shifts - 1), 1)
    for _ in range(SWEEPS):
        rest -= np.where(here, rest.sum(axis=1, keepdims=True) / in_row, 0)
        means = np.bincount(sound.ravel(), rest.ravel(), moments + shifts - 1) / of_sound
        rest -= np.where(here, means[sound], 0)
    return np.where(here, rest, np.nan).astype(np.float32)
