"""Analyses of a folder of clips, made once per clip and engine."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.analysis import Analysis, analysis_key, identity_of
from core.analysis.cache import FolderCache
from core.analysis.run import analyse
from core.engines.protocol import SyncEngine
from core.media.probe import probe

VIDEO_SUFFIXES = {".mp4", ".avi", ".mpg", ".mov", ".mkv", ".webm"}
DEFAULT_CLIPS = Path("../shared/clips")
DEFAULT_CACHE = Path("build/analyses")


def videos_in(folder: Path) -> list[Path]:
    """The videos of a folder by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in VIDEO_SUFFIXES)


def analyses_of(
    videos: Sequence[Path], engine: SyncEngine, cache: FolderCache
) -> Iterator[tuple[Path, Analysis]]:
    """Each video with its analysis."""
    for video in videos:
        yield video, analysis_of(video, None, engine, cache)


def analysis_of(video: Path, audio: Path | None, engine: SyncEngine, cache: FolderCache) -> Analysis:
    """The analysis of one video, with its own sound or another's."""
    sound = audio or video
    key = analysis_key(_sha256(video), _sha256(sound), identity_of(engine))
    kept = cache.load(key)
    if kept is None:
        picture = probe(video)
        kept = analyse(picture, picture if audio is None else probe(sound), engine)
        cache.save(key, kept)
    return kept


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
