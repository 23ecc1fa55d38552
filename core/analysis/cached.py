"""Analyses that are made once for the same bytes and the same engine."""

import hashlib
from pathlib import Path

from core.analysis.run import analyse
from core.analysis.types import Analysis, AnalysisCache, analysis_key, identity_of
from core.engines.protocol import SyncEngine
from core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
from core.progress import Progress, silent


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
