"""The `SyncEngine` protocol: what every lip-speech network offers to scoring, search and reports."""

from collections.abc import Iterable
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray


class VideoEmbedder(Protocol):
    """Embeds one face as its frames arrive. Buffers only the network's own temporal context."""

    def push(self, inputs: NDArray[Any]) -> None:
        """Takes consecutive visual inputs, (B,) of the engine's ``visual_dtype``."""
        ...

    def finish(self) -> NDArray[np.float32]:
        """Returns one embedding per pushed frame, (T, D) float32."""
        ...


class SyncEngine(Protocol):
    """A lip-speech network on the analysis timeline (25 fps, 16 kHz).

    Deterministic: the same input, weights and device give the same bits. Row t of an embedding speaks for
    analysis frame t, whatever the engine's window: an engine whose window starts at a frame declares
    ``centre`` and shifts its rows itself, so that offsets agree between engines. Rows for which a window does
    not fit are NaN.
    """

    id: str
    window: int
    centre: int
    distance: Literal["euclidean", "cosine"]
    normalised: bool
    colour: Literal["gray", "rgb"]
    analysis_side: int
    weights_sha256: str
    preprocessing: str
    visual_dtype: np.dtype[Any]

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        """Cuts what the network sees, a 0-d array of ``visual_dtype``.

        ``frame``: (H, W) or (H, W, 3) uint8 as ``colour`` says. ``landmarks``: (68, 2) in its pixels.
        """
        ...

    def video_embedder(self) -> VideoEmbedder:
        """Starts embedding one face track."""
        ...

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Embeds 16 kHz mono float32 chunks of any length: (T, D), T = ceil(samples / 640)."""
        ...
