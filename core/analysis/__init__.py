"""Media in, embeddings out. `core.analysis.run.analyse` makes an `Analysis`; this much is light to import."""

from liptune.core.analysis.types import (
    Analysis,
    AnalysisCache,
    EngineIdentity,
    TrackAnalysis,
    analysis_key,
    identity_of,
)

__all__ = ["Analysis", "AnalysisCache", "EngineIdentity", "TrackAnalysis", "analysis_key", "identity_of"]
