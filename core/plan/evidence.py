"""The evidence for every displacement at every frame, (T, displacements), from two streams of embeddings."""

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from liptune.core.plan.clock import Clock
from liptune.core.plan.types import Line
from liptune.core.sync.band import Floats, distance_band

CUBIC = 3


def along(video: Floats, clock: Line | Clock, frames: int) -> NDArray[np.float64]:
    """The picture's embeddings as a clock would show them, (frames, D); NaN outside of the source.

    Between frames the embeddings are mixed linearly and given back the length that their neighbours have.
    """
    source = clock.source(np.arange(frames, dtype=np.float64))
    inside = (source >= 0) & (source <= len(video) - 1)
    left = np.clip(np.floor(source), 0, max(len(video) - 2, 0)).astype(np.int64)
    right = np.minimum(left + 1, len(video) - 1)
    share = np.clip(source - left, 0.0, 1.0)[:, None]
    before, after = video[left].astype(np.float64), video[right].astype(np.float64)
    mixed = np.where(share == 0, before, (1 - share) * before + share * after)
    lengths = (1 - share) * _length(before) + share * np.where(share == 0, _length(before), _length(after))
    own = _length(mixed)
    mixed *= np.divide(lengths, own, out=np.ones_like(own), where=own > 0)
    mixed[~inside] = np.nan
    return mixed


def _length(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(rows, axis=1, keepdims=True))


def evidence(video: Floats, audio: Floats, radius: int) -> NDArray[np.float64]:
    """How much better than usual the sound at each moment fits the picture around it.

    ``video``: (T, D), on the output's clock; ``audio``: (Ta, D). Returns (T, 2·radius + 1): row a, column j
    is the picture at ``a + j - radius`` with the sound at a. Each row is the fall of the squared distance
    below the row's median, in standard deviations of the whole; 0 where either side is missing.
    """
    values = distance_band(video, audio, radius=radius).values.astype(np.float64) ** 2
    sound = np.arange(len(values))[:, None]
    shift = np.arange(-radius, radius + 1)
    picture = sound + shift
    inside = (picture >= 0) & (picture < len(values))
    rows = np.where(inside, values[np.clip(picture, 0, len(values) - 1), radius - shift], np.nan)
    return _standardised(rows)


def _standardised(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(rows).sum(axis=1) > 1
    relief = np.zeros_like(rows)
    if known.any():
        relief[known] = np.nanmedian(rows[known], axis=1, keepdims=True) - rows[known]
        spread = float(np.nanstd(relief[known]))
        relief /= spread if spread > 0 else 1.0
    return np.nan_to_num(relief)


def between_frames(relief: NDArray[np.float64], displacements: NDArray[np.float64]) -> NDArray[np.float64]:
    """The evidence at fractional displacements by cubic splines, (T, len(displacements))."""
    radius = relief.shape[1] // 2
    spline = make_interp_spline(np.arange(-radius, radius + 1), relief, k=CUBIC, axis=1)
    return np.asarray(spline(displacements))
