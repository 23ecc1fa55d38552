"""Analyses already made, shared by all jobs."""

from core.analysis.cache import FolderCache
from core.settings import Settings


def open_cache(settings: Settings) -> FolderCache:
    """The cache in the data folder."""
    return FolderCache(settings.data.resolve() / "analyses")
