"""Analyses already made."""

from core.analysis import Analysis, AnalysisCache
from core.settings import Settings


class NoCache:
    """Keeps nothing."""

    def load(self, key: str) -> Analysis | None:
        return None

    def save(self, key: str, analysis: Analysis) -> None:
        return None


def open_cache(settings: Settings) -> AnalysisCache:
    """The cache in the data folder."""
    return NoCache()
