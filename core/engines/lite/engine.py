"""The bundled engine: small, offline, CPU-first."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.engines.features import COLUMNS_PER_FRAME, N_MELS, POWER_FLOOR, log_mel_blocks
from core.engines.lite import crop
from core.engines.lite.network import CONTEXT, LiteNetwork
from core.engines.lite.weights import WEIGHTS, load_network, weights_sha256

BLOCK = 48
# Longest side, in pixels, of the frames that faces are cut from.
ANALYSIS_SIDE = 480
# The network takes sound for in sync that comes this many 10 ms columns after the picture: half-way between
# what GRID's sentences and the synthetic sample say (docs/models/lite.md).
ZERO_COLUMNS = 2
# Bump with every change of crops or features that alters a number.
PREPROCESSING = "lite-2"

Embed = Callable[[NDArray[Any], Tensor], Tensor]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keeps the network to one core: it is too small to share, and its bits must not depend on the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class BlockEmbedder:
    """Runs a branch over a stream in blocks of fixed size with context, so that chunking changes no bit.

    ``empty``: (1, ...) what stands outside the stream. ``rows``: rows of the stream per frame. Holds at most
    one block and its context besides the result.
    """

    def __init__(self, embed: Embed, empty: NDArray[Any], dimension: int, rows: int = 1) -> None:
        self._embed = embed
        self._dimension = dimension
        self._rows = rows
        self._pending = np.repeat(empty[:1], rows * CONTEXT, axis=0)
        self._before = 0
        self._results: list[NDArray[np.float32]] = []

    def push(self, inputs: NDArray[Any]) -> None:
        """Takes consecutive rows."""
        self._pending = np.concatenate([self._pending, inputs])
        while len(self._pending) >= self._rows * (BLOCK + 2 * CONTEXT):
            self._run(BLOCK, CONTEXT)

    def finish(self) -> NDArray[np.float32]:
        """Embeds what remains; (T, D) float32."""
        while (left := len(self._pending) // self._rows - CONTEXT) > 0:
            self._run(min(left, BLOCK), min(max(left - BLOCK, 0), CONTEXT))
        nothing = np.zeros((0, self._dimension), np.float32)
        return np.concatenate([nothing, *self._results])

    def _run(self, frames: int, after: int) -> None:
        span = BLOCK + 2 * CONTEXT
        block = self._pending[: span * self._rows]
        if len(block) < span * self._rows:
            fill = np.repeat(block[-1:], span * self._rows - len(block), axis=0)
            block = np.concatenate([block, fill])
        valid = torch.zeros(1, span, dtype=torch.bool)
        valid[:, CONTEXT - self._before : CONTEXT + frames + after] = True
        with torch.inference_mode(), _one_thread():
            vectors = self._embed(block, valid)
        self._results.append(vectors[0, CONTEXT : CONTEXT + frames].numpy().copy())
        self._pending = self._pending[frames * self._rows :]
        self._before = min(self._before + frames, CONTEXT)


class LiteEngine:
    """Implements ``core.engines.protocol.SyncEngine``."""

    id = "lite"
    window = 1
    centre = 0
    distance: Literal["euclidean", "cosine"] = "euclidean"
    normalised = True
    colour: Literal["gray", "rgb"] = "gray"
    analysis_side = ANALYSIS_SIDE
    preprocessing = PREPROCESSING
    visual_dtype: np.dtype[Any] = crop.VISUAL_DTYPE

    def __init__(self, network: LiteNetwork, weights_sha256: str) -> None:
        self.weights_sha256 = weights_sha256
        self._network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        """Cuts mouth and points; see ``core.engines.lite.crop``."""
        return crop.visual_input(frame, landmarks)

    def video_embedder(self) -> BlockEmbedder:
        """Starts one face track."""
        return BlockEmbedder(self._embed_faces, np.zeros(1, crop.VISUAL_DTYPE), self._network.dimension)

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        """(ceil(samples / 640), D) unit vectors."""
        silence = np.zeros((1, N_MELS), np.float32)
        embedder = BlockEmbedder(self._embed_mel, silence, self._network.dimension, COLUMNS_PER_FRAME)
        for block in _delayed(log_mel_blocks(chunks), ZERO_COLUMNS):
            embedder.push(block)
        return embedder.finish()

    def _embed_faces(self, block: NDArray[Any], valid: Tensor) -> Tensor:
        mouths = torch.from_numpy(block["mouth"].astype(np.float32))
        points = torch.from_numpy(np.ascontiguousarray(block["points"]))
        vectors: Tensor = self._network.visual(mouths[None], points[None], valid)
        return vectors

    def _embed_mel(self, block: NDArray[Any], valid: Tensor) -> Tensor:
        vectors: Tensor = self._network.audio(torch.from_numpy(block)[None], valid)
        return vectors


def _delayed(blocks: Iterable[NDArray[np.float32]], columns: int) -> Iterator[NDArray[np.float32]]:
    """The same stream so many columns later, its length kept."""
    held = np.full((columns, N_MELS), np.log(POWER_FLOOR), np.float32)
    for block in blocks:
        joined = np.concatenate([held, block])
        yield joined[: len(block)]
        held = joined[len(block) :]


def load() -> LiteEngine:
    """The engine with the weights in the package; raises EngineUnavailable without them."""
    return LiteEngine(load_network(WEIGHTS), weights_sha256(WEIGHTS))
