"""Media in, embeddings out: the one expensive pass, done once per media, engine and preprocessing."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.faces.types import FaceTrack


@dataclass(frozen=True)
class EngineIdentity:
    """Everything of an engine that affects a number."""

    id: str
    weights_sha256: str
    preprocessing: str
    window: int
    centre: int
    distance: Literal["euclidean", "cosine"]
    normalised: bool


@dataclass(frozen=True)
class TrackAnalysis:
    """A face and its embeddings, (n, D) float32, NaN where nothing could be embedded."""

    track: FaceTrack
    embeddings: NDArray[np.float32]


@dataclass(frozen=True)
class Analysis:
    """What an engine makes of a clip, on the 25 fps timeline that starts with the picture.

    ``frames``: T, analysis frames of the picture. ``audio``: (Ta, D) float32 embeddings. ``loudness``: (Ta,)
    float32 dBFS per frame. ``cuts``: (C,) int64, the first frame of each shot but the first.
    """

    engine: EngineIdentity
    frames: int
    tracks: tuple[TrackAnalysis, ...]
    audio: NDArray[np.float32]
    loudness: NDArray[np.float32]
    cuts: NDArray[np.int64]


class AnalysisCache(Protocol):
    """Where finished analyses are kept, by the digest of everything they depend on."""

    def load(self, key: str) -> Analysis | None:
        """Returns the analysis, or None where there is none (or it is damaged)."""
        ...

    def save(self, key: str, analysis: Analysis) -> None:
        """Keeps it; visible only when whole."""
        ...
