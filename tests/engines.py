"""Engines for tests: no weights, deterministic."""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import SAMPLES_PER_FRAME

DIMENSIONS = 32


def noise(contents: bytes) -> NDArray[np.float32]:
    """A unit vector that depends on every byte and means nothing."""
    seed = int.from_bytes(hashlib.sha256(contents).digest()[:8])
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class NoiseEmbedder:
    def __init__(self) -> None:
        self._rows: list[NDArray[np.float32]] = []

    def push(self, inputs: NDArray[Any]) -> None:
        self._rows += [noise(each.tobytes()) for each in inputs]

    def finish(self) -> NDArray[np.float32]:
        return np.stack(self._rows)


class NoiseEngine:
    """Implements `SyncEngine` with random unit vectors seeded by what it is shown."""

    id = "noise"
    window = 1
    centre = 0
    distance: Literal["euclidean", "cosine"] = "euclidean"
    normalised = True
    colour: Literal["gray", "rgb"] = "gray"
    analysis_side = 480
    weights_sha256 = "0" * 64
    preprocessing = "noise-1"
    visual_dtype: np.dtype[Any] = np.dtype([("pixels", np.uint8, (8, 8)), ("nose", np.float32, (2,))])

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        x, y = (
            int(np.clip(v, 0, size - 8)) for v, size in zip(landmarks[62], frame.shape[1::-1], strict=True)
        )
        cut = np.zeros((), self.visual_dtype)
        cut["pixels"] = frame[y : y + 8, x : x + 8]
        cut["nose"] = landmarks[30]
        return cut

    def video_embedder(self) -> NoiseEmbedder:
        return NoiseEmbedder()

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        embedder, rest = NoiseEmbedder(), np.zeros(0, np.float32)
        for chunk in chunks:
            samples = np.concatenate([rest, chunk])
            whole = len(samples) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
            embedder.push(samples[:whole].reshape(-1, SAMPLES_PER_FRAME))
            rest = samples[whole:]
        if len(rest):
            embedder.push(rest[None])
        return embedder.finish()
