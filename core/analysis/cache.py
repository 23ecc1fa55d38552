"""Gets an analysis from a cache, else makes and keeps it; and a cache that is a folder."""

import hashlib
import os
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from liptune.core.analysis.analysis_file import read_analysis, write_analysis
from liptune.core.analysis.run import analyse, listen_again
from liptune.core.analysis.types import Analysis, AnalysisCache, analysis_key, identity_of
from liptune.core.engines.lite.engine import LiteEngine
from liptune.core.engines.lite.pair import paired
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.sounds import Sound, every_sound
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits, Region
from liptune.core.progress import Progress, silent


class FolderCache:
    """Implements `core.analysis.AnalysisCache` with one file a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> Analysis | None:
        """Returns the analysis, or None where there is none (or it is damaged)."""
        return read_analysis(self._path(key))

    def save(self, key: str, analysis: Analysis) -> None:
        """Keeps it; a reader sees the whole file or none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                write_analysis(file, analysis)
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
    def _digests(self) -> tuple[str, str | None]:
        apart = self.audio.path != self.video.path
        return _sha256(self.video.path), _sha256(self.audio.path) if apart else None

    def key(self, sound: Sound, engine: SyncEngine | None = None) -> str:
        """What the analysis with this sound is kept under. ``engine``: by default its own."""
        return analysis_key(
            *self._digests,
            identity_of(engine or self.engine),
            sound=sound,
            region=self.region,
            picture_begins=self.audio.picture_begins,
        )


def analysed(
    subject: Subject,
    sound: Sound,
    *,
    seen: Analysis | None = None,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Analysis:
    """The analysis with this sound, from the cache where it was made before.

    The picture is not gone through again where it was for any sound of the file: ``seen``, or in the cache.

    Raises:
        As `analyse`, where there is none in the cache.
    """
    kept = cache.load(subject.key(sound))
    if kept is not None:
        return kept
    given = subject.video, subject.audio, subject.engine
    known = seen or _seen_before(subject, sound, cache)
    if known is not None:
        analysis = listen_again(known, *given, sound=sound, progress=progress, limits=limits)
    elif subject.companion and isinstance(subject.engine, LiteEngine):
        both = paired(subject.engine, subject.companion)
        whole = analyse(
            *given[:2], both, sound=sound, region=subject.region, progress=progress, limits=limits
        )
        analysis, other = parted(whole, subject.engine, subject.companion)
        cache.save(subject.key(sound, subject.companion), other)
    else:
        analysis = analyse(*given, sound=sound, region=subject.region, progress=progress, limits=limits)
    cache.save(subject.key(sound), analysis)
    return analysis


def parted(whole: Analysis, first: LiteEngine, second: LiteEngine) -> tuple[Analysis, Analysis]:
    """The analyses of both engines of a pair."""
    width = first.network.dimension
    return _of(whole, first, slice(None, width)), _of(whole, second, slice(width, None))


def _of(whole: Analysis, engine: LiteEngine, columns: slice) -> Analysis:
    return replace(
        whole,
        engine=identity_of(engine),
        tracks=tuple(replace(each, embeddings=each.embeddings[:, columns].copy()) for each in whole.tracks),
        audio=whole.audio[:, columns].copy(),
    )


class Remembering:
    """A cache that also holds what one operation keeps in it, for as long as that lasts."""

    def __init__(self, cache: AnalysisCache) -> None:
        self._cache = cache
        self._held: dict[str, Analysis] = {}

    def load(self, key: str) -> Analysis | None:
        """From what is held, else from the cache."""
        return self._held.get(key) or self._cache.load(key)

    def save(self, key: str, analysis: Analysis) -> None:
        """Keeps it in both."""
        self._held[key] = analysis
        self._cache.save(key, analysis)


def _seen_before(subject: Subject, sound: Sound, cache: AnalysisCache) -> Analysis | None:
    """An analysis of the same picture with another sound of the same file."""
    others = (cache.load(subject.key(other)) for other in every_sound(subject.audio) if other != sound)
    return next((found for found in others if found is not None), None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
