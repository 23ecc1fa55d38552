"""Power as a level in decibels below full scale."""

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -100.0


def dbfs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each mean square of samples in -1 … 1, -100 at the least."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10))), np.float64)
