"""The bundled engine: small, offline, CPU-first."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.features import N_MELS, POWER_FLOOR, log_mel_blocks
from liptune.core.engines.levelling import levelled
from liptune.core.engines.lite import crop
from liptune.core.engines.lite.branches import BlockEmbedder, Branches, Embedding
from liptune.core.engines.lite.weights import load_network
from liptune.core.engines.lite.weights_file import WEIGHTS, weights_sha256

# Longest side, in pixels, of the frames that faces are cut from.
ANALYSIS_SIDE = 480
# The network takes sound for in sync that comes this many 10 ms columns after the picture: half-way between
# what GRID's sentences and the synthetic sample say (docs/models/lite.md).
ZERO_COLUMNS = 2
# Bump with every change of crops or features that alters a number.
PREPROCESSING = "lite-4"


class LiteEngine:
    """Implements ``core.engines.protocol.SyncEngine`` with a network."""

    window = 1
    centre = 0
    distance: Literal["euclidean", "cosine"] = "euclidean"
    normalised = True
    colour: Literal["gray", "rgb"] = "gray"
    analysis_side = ANALYSIS_SIDE
    preprocessing = PREPROCESSING
    visual_dtype: np.dtype[Any] = crop.VISUAL_DTYPE

    def __init__(self, engine_id: str, network: Embedding, weights_sha256: str) -> None:
        self.id = engine_id
        self.network = network
        self.weights_sha256 = weights_sha256
        self._branches = Branches(engine_id, network)

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        """Cuts mouth and points; see ``core.engines.lite.crop``."""
        return crop.visual_input(frame, landmarks)

    def video_embedder(self) -> BlockEmbedder:
        """Starts one face track."""
        return self._branches.video_embedder()

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        """(ceil(samples / 640), D) unit vectors."""
        embedder = self._branches.sound_embedder()
        for block in _delayed(log_mel_blocks(levelled(chunks)), ZERO_COLUMNS):
            embedder.push(block)
        return embedder.finish()


def _delayed(blocks: Iterable[NDArray[np.float32]], columns: int) -> Iterator[NDArray[np.float32]]:
    """The same stream so many columns later, its length kept."""
    held = np.full((columns, N_MELS), np.log(POWER_FLOOR), np.float32)
    for block in blocks:
        joined = np.concatenate([held, block])
        yield joined[: len(block)]
        held = joined[len(block) :]


@cache
def load() -> LiteEngine:
    """The engine with the weights in the package; raises EngineUnavailable where there are none."""
    return load_from("lite", WEIGHTS)


def load_from(engine_id: str, weights: Path) -> LiteEngine:
    """An engine of a file; raises EngineUnavailable where it is missing or does not fit the network."""
    return LiteEngine(engine_id, load_network(weights), weights_sha256(weights))
