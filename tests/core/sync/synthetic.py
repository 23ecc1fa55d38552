"""Embeddings with a known answer: a latent both sides share, under noise of their own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Pair:
    """``audio`` is ``offset`` frames early."""

    video: NDArray[np.float32]
    audio: NDArray[np.float32]


def pair(
    frames: int, *, signal: float, offset: int = 0, seed: int = 0, dimensions: int = 64, memory: float = 2.0
) -> Pair:
    """``memory``: frames over which the embeddings' correlation falls to 1/e, as real ones' does."""
    rng = np.random.default_rng(seed)
    latent = walk(rng, frames + 40, dimensions, memory)
    return Pair(
        unit(signal * latent[20 : 20 + frames] + noise(rng, frames, dimensions, memory)),
        unit(signal * latent[20 + offset : 20 + offset + frames] + noise(rng, frames, dimensions, memory)),
    )


def noise(rng: np.random.Generator, frames: int, dimensions: int, memory: float) -> Floats:
    """Coloured noise around a mean of its own, as untrained networks give."""
    return walk(rng, frames, dimensions, memory) + rng.standard_normal(dimensions)


def walk(rng: np.random.Generator, frames: int, dimensions: int, memory: float) -> Floats:
    steps = rng.standard_normal((frames + 60, dimensions))
    if memory == 0:
        return steps[60:]
    keep = np.exp(-1 / memory)
    return np.asarray(lfilter([np.sqrt(1 - keep**2)], [1, -keep], steps, axis=0)[60:])


def unit(rows: Floats) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
