"""The 95 % interval of the offset, in frames, by a block bootstrap over time."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.profile import offsets_of

BLOCK_FRAMES = 25
FEWEST_BLOCKS = 8
RESAMPLES = 400
SEED = 0
LEVEL = 95.0


def offset_interval(values: NDArray[np.float32], within: int | None = None) -> tuple[float, float]:
    """The 95 % interval of the offset of a centred band, in frames. ``within``: see `Profile`.

    Blocks of a second (shorter in short clips, so that there are at least eight) are drawn with replacement
    (Künsch 1989), always with the same seed.
    """
    spoken = values[np.isfinite(values).any(axis=1)]
    length = max(1, min(BLOCK_FRAMES, len(spoken) // FEWEST_BLOCKS))
    starts = np.arange(0, len(spoken), length)
    sums = np.add.reduceat(np.nan_to_num(spoken), starts, dtype=np.float64)
    counts = np.add.reduceat(np.isfinite(spoken), starts, dtype=np.float64)
    draws = np.random.default_rng(SEED).multinomial(
        len(starts), np.full(len(starts), 1 / len(starts)), size=RESAMPLES
    )
    picks = draws.astype(np.float64)
    offsets = offsets_of(picks @ sums, picks @ counts, within)
    tail = (100 - LEVEL) / 2
    low, high = np.nanpercentile(offsets, [tail, 100 - tail])
    return float(low), float(high)
