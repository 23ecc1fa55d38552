"""The bundled engine: small, offline, CPU-first.

The network itself is loaded when it is first needed, on whichever thread that is, so that decoding and the
search for faces begin without waiting for torch.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.features import N_MELS, POWER_FLOOR, log_mel_blocks
from liptune.core.engines.lite import crop
from liptune.core.engines.lite.weights_file import WEIGHTS, require_weights, weights_sha256

if TYPE_CHECKING:
    from liptune.core.engines.lite.torch_branches import BlockEmbedder, Branches

# Longest side, in pixels, of the frames that faces are cut from.
ANALYSIS_SIDE = 480
# The network takes sound for in sync that comes this many 10 ms columns after the picture: half-way between
# what GRID's sentences and the synthetic sample say (docs/models/lite.md).
ZERO_COLUMNS = 2
# Bump with every change of crops or features that alters a number.
PREPROCESSING = "lite-2"

_loading = Lock()


class LiteEngine:
    """Implements ``core.engines.protocol.SyncEngine``. ``branches`` gives the network, loaded by then."""

    id = "lite"
    window = 1
    centre = 0
    distance: Literal["euclidean", "cosine"] = "euclidean"
    normalised = True
    colour: Literal["gray", "rgb"] = "gray"
    analysis_side = ANALYSIS_SIDE
    preprocessing = PREPROCESSING
    visual_dtype: np.dtype[Any] = crop.VISUAL_DTYPE

    def __init__(self, branches: "Callable[[], Branches]", weights_sha256: str) -> None:
        self.weights_sha256 = weights_sha256
        self._branches = branches

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        """Cuts mouth and points; see ``core.engines.lite.crop``."""
        return crop.visual_input(frame, landmarks)

    def video_embedder(self) -> "BlockEmbedder":
        """Starts one face track."""
        return self._branches().video_embedder()

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        """(ceil(samples / 640), D) unit vectors."""
        embedder = self._branches().sound_embedder()
        for block in _delayed(log_mel_blocks(chunks), ZERO_COLUMNS):
            embedder.push(block)
        return embedder.finish()


def _delayed(blocks: Iterable[NDArray[np.float32]], columns: int) -> Iterator[NDArray[np.float32]]:
    """The same stream so many columns later, its length kept."""
    held = np.full((columns, N_MELS), np.log(POWER_FLOOR), np.float32)
    for block in blocks:
        joined = np.concatenate([held, block])
        yield joined[: len(block)]
        held = joined[len(block) :]


def load() -> LiteEngine:
    """The engine with the weights in the package; raises EngineUnavailable where there are none."""
    require_weights()
    return LiteEngine(_branches, weights_sha256(WEIGHTS))


def _branches() -> "Branches":
    with _loading:
        return _loaded()


@cache
def _loaded() -> "Branches":
    from liptune.core.engines.lite.torch_branches import load_branches  # noqa: PLC0415

    return load_branches()
