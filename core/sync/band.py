"""The distance band: distances of each frame's picture to the sound up to 15 frames around, (n, 31)."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.types import BAND_RADIUS, DistanceBand

BLOCK = 64
PUBLISHED_EPSILON = 1e-6

Floats = NDArray[np.floating[Any]]
Form = Literal["masked", "parity"]


def distance_band(
    video: Floats,
    audio: Floats,
    *,
    first: int = 0,
    radius: int = BAND_RADIUS,
    form: Form = "masked",
    turn: int = 0,
    centres: NDArray[np.int64] | None = None,
) -> DistanceBand:
    """Euclidean distances of video embeddings to the audio embeddings up to ``radius`` frames around.

    ``video``: (n, D), row t is clip frame ``first + t``. ``audio``: (Ta, D), row 0 is clip frame 0. Rows that
    are NaN are missing. Time O(n · radius · D), memory O(n · radius).

    ``turn`` moves the sound round in a circle by so many frames first, as ``np.roll`` does, without a copy.
    ``centres``: (n,) the lag of the sound that the middle column stands for at each row; None: 0.

    ``masked`` leaves NaN where either side is missing. ``parity`` is the published SyncNet form, where sound
    beyond either end is a vector of zeros and 1e-6 is added to each difference.
    """
    values = np.empty((len(video), 2 * radius + 1), np.float32)
    lags = np.zeros(len(video), np.int64) if centres is None else centres
    for start in range(0, len(video), BLOCK):
        rows = np.asarray(video[start : start + BLOCK], np.float64)
        moved = lags[start : start + BLOCK]
        least = int(moved.min())
        begin = first + start - radius + least
        end = begin + len(rows) + 2 * radius + int(moved.max()) - least
        missing = np.nan if form == "masked" else 0.0
        sound = _padded(audio, begin, end, missing=missing, turn=turn)
        if form == "parity":
            rows = rows + PUBLISHED_EPSILON
        values[start : start + BLOCK] = _diagonals(rows, sound, radius, moved - least)
    return DistanceBand(first, values, radius, centres)


def distances(video: Floats, audio: Floats) -> NDArray[np.float32]:
    """Euclidean distances of all video embeddings, (n, D), to all audio embeddings, (Ta, D): (n, Ta).

    NaN where either is missing.
    """
    values = np.empty((len(video), len(audio)), np.float32)
    sound = np.asarray(audio, np.float64)
    for start in range(0, len(video), BLOCK):
        values[start : start + BLOCK] = _between(np.asarray(video[start : start + BLOCK], np.float64), sound)
    return values


def _padded(audio: Floats, begin: int, end: int, *, missing: float, turn: int) -> NDArray[np.float64]:
    rows = np.full((end - begin, audio.shape[1]), missing)
    inside = slice(max(begin, 0), max(min(end, len(audio)), begin, 0))
    at = (np.arange(inside.start, inside.stop) - turn) % max(len(audio), 1)
    rows[inside.start - begin : inside.stop - begin] = audio[at]
    return rows


def _diagonals(
    rows: NDArray[np.float64], sound: NDArray[np.float64], radius: int, moved: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Distances of rows[t] to sound[t + moved[t] + k] for k = 0 … 2·radius."""
    at = np.arange(len(rows))[:, None]
    return np.asarray(_between(rows, sound)[at, at + moved[:, None] + np.arange(2 * radius + 1)])


def _between(rows: NDArray[np.float64], sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of all to all, by one matrix product."""
    squared = (rows**2).sum(1)[:, None] + (sound**2).sum(1) - 2 * (rows @ sound.T)
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))
