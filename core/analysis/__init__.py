"""Analysis: media in, embeddings out. This imports types only; `core.analysis.run.analyse` does the work."""

from liptune.core.analysis.types import (
    Analysis,
    AnalysisCache,
    EngineIdentity,
    Heard,
    Seen,
    TrackAnalysis,
    identity_of,
)

__all__ = ["Analysis", "AnalysisCache", "EngineIdentity", "Heard", "Seen", "TrackAnalysis", "identity_of"]
