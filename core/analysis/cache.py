"""Gets the halves of an analysis from a cache, else makes and keeps them; and a cache that is a folder."""

import hashlib
import os
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.analysis_file import (
    heard_in,
    packed_picture,
    packed_sound,
    read_arrays,
    seen_in,
    write_arrays,
)
from liptune.core.analysis.run import analyse, listen, origin
from liptune.core.analysis.types import (
    Analysis,
    AnalysisCache,
    Arrays,
    Heard,
    Seen,
    identity_of,
    part_key,
    picture_key,
    sound_key,
)
from liptune.core.engines.lite.engine import LiteEngine
from liptune.core.engines.lite.pair import paired
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.clock.phase import phase_seconds
from liptune.core.media.remembered import remembered
from liptune.core.media.sounds import Sound
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits, Region
from liptune.core.progress import Progress, silent

Looked = TypeVar("Looked", bound=Seen)
ALL = slice(None)


class FolderCache:
    """Implements `core.analysis.AnalysisCache` with one file a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> Arrays | None:
        """Returns what was kept, or None where there is nothing (or it is damaged)."""
        return read_arrays(self._path(key))

    def save(self, key: str, arrays: Arrays) -> None:
        """Keeps it; a reader sees the whole file or none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                write_arrays(file, arrays)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"


@dataclass(frozen=True)
class Subject:
    """What is analysed, by which engine. ``audio`` may be the video itself.

    ``region``: the part of the picture that is searched for faces, None for all of it. ``companion``: an
    engine that looks at the same faces on the way, and whose analysis is kept too.
    """

    video: MediaInfo
    audio: MediaInfo
    engine: SyncEngine
    region: Region | None = None
    companion: LiteEngine | None = None

    @cached_property
    def _digests(self) -> tuple[str, str]:
        return _digest(self.video.path), _digest(self.audio.path)

    @property
    def looking(self) -> SyncEngine:
        """The engine; where it has a companion, both as one."""
        if self.companion is None or not isinstance(self.engine, LiteEngine):
            return self.engine
        return paired(self.engine, self.companion)

    @property
    def views(self) -> list[tuple[SyncEngine, slice]]:
        """The engine and its companion, each with its columns of the embeddings of both as one."""
        if self.companion is None or not isinstance(self.engine, LiteEngine):
            return [(self.engine, ALL)]
        width = self.engine.network.dimension
        return [(self.engine, slice(width)), (self.companion, slice(width, None))]

    def picture_key(self, engine: SyncEngine) -> str:
        """What is kept under it: the picture as seen by the engine, whatever the sound."""
        return picture_key(self._digests[0], identity_of(engine), self.region)

    def part_key(self, part: Any) -> str:
        """Likewise of a part of the picture, named by a value of its own."""
        return part_key(self._digests[0], identity_of(self.looking), self.region, part)

    def sound_key(self, engine: SyncEngine, sound: Sound, phase: float) -> str:
        """Likewise the sound, whatever the picture that it is laid under at this phase, in seconds."""
        begins = origin(self.video, self.audio, sound, phase)
        return sound_key(self._digests[1], identity_of(engine), sound, begins)


def analysed(
    subject: Subject,
    sound: Sound,
    *,
    seen: Seen | None = None,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Analysis:
    """The analysis with this sound; each half from the cache where it was made before.

    ``seen``: what was seen of the same picture in another file, which is not gone through again. So ten
    sounds under one picture cost one look at it.

    Raises:
        As `analyse`, for what is not in the cache.
    """
    known = _known(subject, seen, cache)
    if known is None:
        return _made(subject, sound, cache, progress, limits)
    key = subject.sound_key(subject.engine, sound, known.phase_seconds)
    heard = heard_in(cache.load(key))
    if heard is None:
        given = subject.video, subject.audio, subject.looking, known.phase_seconds
        both = listen(*given, sound=sound, progress=progress, limits=limits)
        heard = _keep_heard(subject, sound, known.phase_seconds, both, cache)
    return Analysis.of(known, heard)


def _known(subject: Subject, seen: Seen | None, cache: AnalysisCache) -> Seen | None:
    key = subject.picture_key(subject.engine)
    kept = seen_in(cache.load(key))
    if kept is not None or seen is None:
        return kept
    own = replace(seen, phase_seconds=phase_seconds(subject.video))
    cache.save(key, packed_picture(own))
    return own


def _made(
    subject: Subject, sound: Sound, cache: AnalysisCache, progress: Progress, limits: MediaLimits
) -> Analysis:
    """Looks and listens, with the companion where there is one, and keeps what each makes of it."""
    given = subject.video, subject.audio, subject.looking
    made = analyse(*given, sound=sound, region=subject.region, progress=progress, limits=limits)
    heard = _keep_heard(subject, sound, made.phase_seconds, made, cache)
    keep_seen(subject, made, cache)
    engine, columns = subject.views[0]
    return replace(_seen_by(made, engine, columns), audio=heard.audio)


def _keep_heard(subject: Subject, sound: Sound, phase: float, heard: Heard, cache: AnalysisCache) -> Heard:
    """Keeps what `Subject.looking` has heard, for the engine and for its companion; returns the engine's."""
    parts = [
        Heard(audio=_part(heard.audio, columns), loudness=heard.loudness) for _, columns in subject.views
    ]
    for (engine, _), part in zip(subject.views, parts, strict=True):
        cache.save(subject.sound_key(engine, sound, phase), packed_sound(part))
    return parts[0]


def keep_seen(subject: Subject, seen: Seen, cache: AnalysisCache) -> None:
    """Keeps what `Subject.looking` has seen of the picture, for the engine and for its companion."""
    for engine, columns in subject.views[::-1]:
        cache.save(subject.picture_key(engine), packed_picture(_seen_by(seen, engine, columns)))


def _seen_by(whole: Looked, engine: SyncEngine, columns: slice) -> Looked:
    tracks = tuple(replace(each, embeddings=_part(each.embeddings, columns)) for each in whole.tracks)
    return replace(whole, engine=identity_of(engine), tracks=tracks)


def _part(embeddings: NDArray[np.float32], columns: slice) -> NDArray[np.float32]:
    """An engine's columns, without holding the others in memory."""
    return embeddings if columns == ALL else embeddings[:, columns].copy()


class Remembering:
    """A cache that also holds what one operation keeps in it, for as long as that lasts."""

    def __init__(self, cache: AnalysisCache) -> None:
        self._cache = cache
        self._held: dict[str, Arrays] = {}

    def load(self, key: str) -> Arrays | None:
        """From what is held, else from the cache."""
        return self._held.get(key) or self._cache.load(key)

    def save(self, key: str, arrays: Arrays) -> None:
        """Keeps it in both."""
        self._held[key] = arrays
        self._cache.save(key, arrays)


def _digest(path: Path) -> str:
    return remembered(path, "sha256", lambda: _sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
