"""Runs the lite network's two branches over streams, block by block: (T, D) float32 vectors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liptune.core.engines.batches import BATCHES, Branch
from liptune.core.engines.device import one_thread
from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS
from liptune.core.engines.lite import crop
from liptune.core.engines.lite.ensemble import LiteEnsemble
from liptune.core.engines.lite.network import CONTEXT
from liptune.core.engines.lite.weights import load_network
from liptune.core.memory import Rows

BLOCK = 48

Embed = Callable[[NDArray[Any], Tensor], Tensor]


class BlockEmbedder:
    """Runs a branch over a stream in blocks of fixed size with context, so that chunking changes no bit.

    ``empty``: (1, ...) what stands outside the stream. ``rows``: rows of the stream per frame. Holds at most
    one block and its context besides the result.
    """

    def __init__(
        self, branch: Branch, embed: Embed, empty: NDArray[Any], dimension: int, rows: int = 1
    ) -> None:
        self._branch = branch
        self._embed = embed
        self._rows = rows
        self._pending = np.repeat(empty[:1], rows * CONTEXT, axis=0)
        self._before = 0
        self._results = Rows((dimension,), np.float32)

    def push(self, inputs: NDArray[Any]) -> None:
        """Takes consecutive rows."""
        self._pending = np.concatenate([self._pending, inputs])
        while len(self._pending) >= self._rows * (BLOCK + 2 * CONTEXT):
            self._run(BLOCK, CONTEXT)

    def finish(self) -> NDArray[np.float32]:
        """Embeds what remains; (T, D) float32."""
        while (left := len(self._pending) // self._rows - CONTEXT) > 0:
            self._run(min(left, BLOCK), min(max(left - BLOCK, 0), CONTEXT))
        return self._results.array()

    def _run(self, frames: int, after: int) -> None:
        span = BLOCK + 2 * CONTEXT
        block = self._pending[: span * self._rows]
        if len(block) < span * self._rows:
            fill = np.repeat(block[-1:], span * self._rows - len(block), axis=0)
            block = np.concatenate([block, fill])
        valid = torch.zeros(1, span, dtype=torch.bool)
        valid[:, CONTEXT - self._before : CONTEXT + frames + after] = True
        with torch.inference_mode(), one_thread():
            vectors = self._embed(block, valid)
        BATCHES.note("lite", self._branch, frames)
        self._results.extend(vectors[0, CONTEXT : CONTEXT + frames].numpy())
        self._pending = self._pending[frames * self._rows :]
        self._before = min(self._before + frames, CONTEXT)


class Branches:
    """Starts streams through either branch."""

    def __init__(self, network: LiteEnsemble) -> None:
        self._network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def video_embedder(self) -> BlockEmbedder:
        """One face track: takes ``VISUAL_DTYPE`` rows, one a frame."""
        outside = np.zeros(1, crop.VISUAL_DTYPE)
        return BlockEmbedder("faces", self._embed_faces, outside, self._network.dimension)

    def sound_embedder(self) -> BlockEmbedder:
        """One sound: takes log-mel columns, four a frame."""
        silence = np.zeros((1, N_MELS), np.float32)
        return BlockEmbedder("sound", self._embed_mel, silence, self._network.dimension, COLUMNS_PER_FRAME)

    def _embed_faces(self, block: NDArray[Any], valid: Tensor) -> Tensor:
        mouths = torch.from_numpy(block["mouth"].astype(np.float32))
        points = torch.from_numpy(np.ascontiguousarray(block["points"]))
        vectors: Tensor = self._network.visual(mouths[None], points[None], valid)
        return vectors

    def _embed_mel(self, block: NDArray[Any], valid: Tensor) -> Tensor:
        vectors: Tensor = self._network.audio(torch.from_numpy(block)[None], valid)
        return vectors


def load_branches() -> Branches:
    """The weights in the package; raises EngineUnavailable where they do not fit the network."""
    return Branches(load_network())
