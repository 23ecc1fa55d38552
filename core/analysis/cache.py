"""Gets an analysis from a cache, else makes and keeps it; and a cache that is a folder."""

import hashlib
import os
import tempfile
from pathlib import Path

from liptune.core.analysis.analysis_file import read_analysis, write_analysis
from liptune.core.analysis.run import analyse
from liptune.core.analysis.types import Analysis, AnalysisCache, analysis_key, identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
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


def analysed(
    video: MediaInfo,
    audio: MediaInfo,
    engine: SyncEngine,
    *,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Analysis:
    """The analysis of these bytes by this engine, from the cache where it was made before.

    Raises:
        As `analyse`, where there is none in the cache.
    """
    audio_sha256 = None if audio.path == video.path else _sha256(audio.path)
    key = analysis_key(_sha256(video.path), audio_sha256, identity_of(engine))
    kept = cache.load(key)
    if kept is not None:
        return kept
    analysis = analyse(video, audio, engine, progress=progress, limits=limits)
    cache.save(key, analysis)
    return analysis


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
