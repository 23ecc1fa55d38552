"""Clips whose sound is somewhere else: a shared latent, of which the sound hears another moment."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from tests.core.sync.synthetic import Pair, noise, unit, walk

Seconds = NDArray[np.float64]

MARGIN = 200
DIMENSIONS = 64
MEMORY = 2.0


def heard(
    seconds: float, picture_of: Callable[[Seconds], Seconds], *, signal: float = 0.7, seed: int = 0
) -> Pair:
    """``picture_of``: the moments of the picture that moments of the sound belong to, both in seconds.

    NaN where they belong to none: there the sound is unrelated speech.
    """
    rng = np.random.default_rng(seed)
    frames = round(seconds * ANALYSIS_FPS)
    latent = walk(rng, frames + 2 * MARGIN, DIMENSIONS, MEMORY)
    at = picture_of(np.arange(frames) / ANALYSIS_FPS) * ANALYSIS_FPS + MARGIN
    known = np.isfinite(at)
    speech = walk(rng, frames, DIMENSIONS, MEMORY)
    rows = np.clip(at[known], 0, len(latent) - 1)
    speech[known] = np.stack([np.interp(rows, np.arange(len(latent)), column) for column in latent.T], axis=1)
    return Pair(
        unit(signal * latent[MARGIN : MARGIN + frames] + noise(rng, frames, DIMENSIONS, MEMORY)),
        unit(signal * speech + noise(rng, frames, DIMENSIONS, MEMORY)),
    )
