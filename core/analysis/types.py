"""The types of an analysis, the cache's protocol, and the keys that its halves are kept under."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.sounds import Sound
from liptune.core.media.types import Region, Undecoded
from liptune.core.settings import settings

if TYPE_CHECKING:
    from liptune.core.engines.protocol import SyncEngine

FACES_VERSION = "faces-7"
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


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an engine makes of a picture, on the 25 fps timeline that starts with it.

    ``frames``: T, analysis frames. ``cuts``: (C,) int64, the first frame of each shot but the first.
    ``sightings``: what was seen of faces, even of those too short or doubtful to be tracks. ``undecoded``:
    frames that do not decode, None where all do. ``phase_seconds``: as `core.media.clock.phase` says; sound
    is laid by it.
    """

    engine: EngineIdentity
    frames: int
    tracks: tuple[TrackAnalysis, ...]
    cuts: NDArray[np.int64]
    sightings: Sightings = field(default_factory=Sightings)
    undecoded: Undecoded | None = None
    phase_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What it makes of a sound: ``audio``: (Ta, D) float32 embeddings; ``loudness``: (Ta,) float32 dBFS."""

    audio: NDArray[np.float32]
    loudness: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Analysis(Seen, Heard):
    """What an engine makes of a clip: of its picture and of a sound that is laid under it."""

    @classmethod
    def of(cls, seen: Seen, heard: Heard) -> Self:
        """Both together."""
        of_picture = {each.name: getattr(seen, each.name) for each in fields(Seen)}
        return cls(**of_picture, audio=heard.audio, loudness=heard.loudness)


Arrays = dict[str, NDArray[Any]]


class AnalysisCache(Protocol):
    """Where what was seen and what was heard are kept, each by the digest of everything it depends on."""

    def load(self, key: str) -> Arrays | None:
        """Returns what was kept, or None where there is nothing (or it is damaged)."""
        ...

    def save(self, key: str, arrays: Arrays) -> None:
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


def picture_key(video_sha256: str, engine: EngineIdentity, region: Region | None) -> str:
    """The hex digest of everything that a `Seen` depends on."""
    return _digest("seen", FACES_VERSION, settings().landmarks, video_sha256, engine, region)


def part_key(video_sha256: str, engine: EngineIdentity, region: Region | None, part: Any) -> str:
    """The hex digest of everything that what is seen in a part of a picture depends on; ``part``: plain."""
    return _digest("part", FACES_VERSION, settings().landmarks, video_sha256, engine, region, part)


def sound_key(audio_sha256: str, engine: EngineIdentity, sound: Sound, origin_seconds: float) -> str:
    """The hex digest of everything that a `Heard` depends on; ``origin_seconds``: where its frames begin."""
    return _digest("heard", audio_sha256, engine, sound, f"{origin_seconds:.6f}")


def _digest(*parts: object) -> str:
    plain = [asdict(each) if isinstance(each, EngineIdentity | Region | Sound) else each for each in parts]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
