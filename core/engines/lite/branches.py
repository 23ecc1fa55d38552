"""Runs the lite network's two branches over streams, block by block: (T, D) float32 vectors."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from liptune.core.engines.batches import BATCHES, Branch
from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS
from liptune.core.engines.lite import crop
from liptune.core.engines.lite.network import CONTEXT, Valid
from liptune.core.memory import Rows

BLOCK = 112
"""Frames that are embedded at once, beside their context."""

LAST_BLOCK = 48
"""What is left of a stream, where it is no more than this: half the work."""


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Keeps matrix products to one core: small ones gain nothing by more, and others have work for it."""
    limit: AbstractContextManager[Any] = _blas().limit(limits=1, user_api="blas")
    return limit


Vectors = NDArray[np.float32]
Embed = Callable[[NDArray[Any], Valid], Vectors]
Note = Callable[[int], None]


class Embedding(Protocol):
    """What a network is asked for: vectors of ``dimension`` numbers for T frames; see `Network`."""

    @property
    def dimension(self) -> int:
        """Numbers of a vector."""
        ...

    def visual(self, mouths: NDArray[np.float32], points: NDArray[np.float32], valid: Valid) -> Vectors:
        """(T, H, W) 0…255, (T, P, 2), (T,) to (T, dimension)."""
        ...

    def audio(self, mel: NDArray[np.float32], valid: Valid) -> Vectors:
        """(4T, mels) log-mel and (T,) to (T, dimension)."""
        ...


class BlockEmbedder:
    """Runs a branch over a stream in blocks with context; their sizes follow from its length alone, so that
    chunking changes no bit.

    ``note``: is told how many frames each block had. ``empty``: (1, ...) what stands outside the stream.
    ``rows``: rows of the stream per frame. Holds at most one block and its context besides the result.
    """

    def __init__(self, note: Note, embed: Embed, empty: NDArray[Any], dimension: int, rows: int = 1) -> None:
        self._note = note
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
        span = (BLOCK if frames > LAST_BLOCK else LAST_BLOCK) + 2 * CONTEXT
        block = self._pending[: span * self._rows]
        if len(block) < span * self._rows:
            fill = np.repeat(block[-1:], span * self._rows - len(block), axis=0)
            block = np.concatenate([block, fill])
        valid = np.zeros(span, np.bool_)
        valid[CONTEXT - self._before : CONTEXT + frames + after] = True
        with one_thread():
            vectors = self._embed(block, valid)
        self._note(frames)
        self._results.extend(vectors[CONTEXT : CONTEXT + frames])
        self._pending = self._pending[frames * self._rows :]
        self._before = min(self._before + frames, CONTEXT)


class Branches:
    """Starts streams through either branch."""

    def __init__(self, engine_id: str, network: Embedding) -> None:
        self._engine_id = engine_id
        self._network = network

    def video_embedder(self) -> BlockEmbedder:
        """One face track: takes ``VISUAL_DTYPE`` rows, one a frame."""
        outside = np.zeros(1, crop.VISUAL_DTYPE)
        return BlockEmbedder(self._noting("faces"), self._embed_faces, outside, self._network.dimension)

    def sound_embedder(self) -> BlockEmbedder:
        """One sound: takes log-mel columns, four a frame."""
        silence = np.zeros((1, N_MELS), np.float32)
        return BlockEmbedder(
            self._noting("sound"), self._network.audio, silence, self._network.dimension, COLUMNS_PER_FRAME
        )

    def _noting(self, branch: Branch) -> Note:
        return partial(BATCHES.note, self._engine_id, branch)

    def _embed_faces(self, block: NDArray[Any], valid: Valid) -> NDArray[np.float32]:
        return self._network.visual(block["mouth"].astype(np.float32), block["points"], valid)
