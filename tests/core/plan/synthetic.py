"""Embeddings of lips and sound that share a hidden motion, with as much noise as a real engine's."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Rows = NDArray[np.float32]

WIDTH = 32
PER_FRAME = 8
MARGIN = 60
CORRELATION_FRAMES = 1.6


def speech(shown: NDArray[np.float64], seed: int, noise: float = 1.0) -> tuple[Rows, Rows]:
    """Video and audio embeddings, (n, 32) unit vectors; video row t shows the moment ``shown[t]``.

    ``noise``: of either side, beside a motion of strength 1.
    """
    rng = np.random.default_rng(seed)
    frames = len(shown)
    hidden, blur = _smooth(frames, rng), _smooth(frames, rng)
    clock = np.arange(frames, dtype=np.float64)
    video = _at(hidden, shown) + noise * _at(blur, shown)
    audio = _at(hidden, clock) + noise * _at(_smooth(frames, rng), clock)
    return _unit(video), _unit(audio)


def noise_engine(frames: int, seed: int) -> tuple[Rows, Rows]:
    """Random unit vectors: an engine that has learnt nothing."""
    rng = np.random.default_rng(seed)
    return _unit(rng.standard_normal((frames, WIDTH))), _unit(rng.standard_normal((frames, WIDTH)))


def _smooth(frames: int, rng: np.random.Generator) -> NDArray[np.float64]:
    white = rng.standard_normal(((frames + 2 * MARGIN) * PER_FRAME, WIDTH))
    rows = gaussian_filter1d(white, CORRELATION_FRAMES * PER_FRAME, axis=0)
    return np.asarray(rows / rows.std())


def _at(rows: NDArray[np.float64], frames: NDArray[np.float64]) -> NDArray[np.float64]:
    index = np.rint((frames + MARGIN) * PER_FRAME).astype(np.int64)
    return np.asarray(rows[np.clip(index, 0, len(rows) - 1)])


def _unit(rows: NDArray[np.float64]) -> Rows:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
