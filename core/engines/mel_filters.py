"""Triangular mel filters, (mels, bins). librosa has the same, but takes a second and 80 MB to import."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import SAMPLE_RATE

HERTZ_PER_MEL = 200.0 / 3
LINEAR_MELS = 15.0
"""The scale is linear up to here, 1000 Hz, and logarithmic above."""

LOG_STEP = float(np.log(6.4)) / 27


@cache
def mel_filters(n_fft: int, count: int, lowest: float, highest: float) -> NDArray[np.float32]:
    """Returns (count, n_fft // 2 + 1) filters of unit area between two frequencies in Hz, at 16 kHz.

    Triangles equally spaced on the mel scale of Slaney's Auditory Toolbox (1998).
    """
    bins = np.linspace(0, SAMPLE_RATE / 2, n_fft // 2 + 1)
    low, high = _mels(np.array([lowest, highest]))
    edges = _hertz(np.linspace(low, high, count + 2))
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre))
    filters = np.maximum(0, triangles).astype(np.float32)
    return np.asarray(filters * (2 / (right - left)), np.float32)


def _mels(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = LINEAR_MELS * HERTZ_PER_MEL
    above = LINEAR_MELS + np.log(np.maximum(hertz, knee) / knee) / LOG_STEP
    return np.where(hertz < knee, hertz / HERTZ_PER_MEL, above)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = LINEAR_MELS * HERTZ_PER_MEL
    above = knee * np.exp(LOG_STEP * (np.maximum(mels, LINEAR_MELS) - LINEAR_MELS))
    return np.where(mels < LINEAR_MELS, mels * HERTZ_PER_MEL, above)
