"""The types of an analysis, the cache's protocol, and the key that an analysis is kept under."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.sounds import Sound
from liptune.core.media.types import Region, Undecoded
from liptune.core.settings import settings

if TYPE_CHECKING:
    from liptune.core.engines.protocol import SyncEngine

FACES_VERSION = "faces-6"
"""Changes whenever the tracks of a clip may."""


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
    float32 dBFS per frame. ``cuts``: (C,) int64, the first frame of each shot but the first. ``sightings``:
    what was seen of faces, even of those too short or doubtful to be tracks. ``undecoded``: frames that do
    not decode, None where all do.
    """

    engine: EngineIdentity
    frames: int
    tracks: tuple[TrackAnalysis, ...]
    audio: NDArray[np.float32]
    loudness: NDArray[np.float32]
    cuts: NDArray[np.int64]
    sightings: Sightings = field(default_factory=Sightings)
    undecoded: Undecoded | None = None


class AnalysisCache(Protocol):
    """Where finished analyses are kept, by the digest of everything they depend on."""

    def load(self, key: str) -> Analysis | None:
        """Returns the analysis, or None where there is none (or it is damaged)."""
        ...

    def save(self, key: str, analysis: Analysis) -> None:
        """Keeps it; visible only when whole."""
        ...


def identity_of(engine: "SyncEngine") -> EngineIdentity:
    """Returns what of the engine affects a number."""
    return EngineIdentity(
        id=engine.id,
        weights_sha256=engine.weights_sha256,
        preprocessing=engine.preprocessing,
        window=engine.window,
        centre=engine.centre,
        distance=engine.distance,
        normalised=engine.normalised,
    )


def analysis_key(
    video_sha256: str,
    audio_sha256: str | None,
    engine: EngineIdentity,
    *,
    sound: Sound,
    region: Region | None,
    picture_begins: float | None = None,
) -> str:
    """Returns the hex digest of everything an analysis depends on.

    ``audio_sha256`` is None where the sound comes with the picture: a separate file, even of the same bytes,
    has a clock of its own, by which the picture begins at ``picture_begins`` (None: with the sound).
    """
    chosen = [asdict(sound), region and asdict(region), picture_begins]
    parts = [FACES_VERSION, settings().landmarks, video_sha256, audio_sha256, asdict(engine), *chosen]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
