"""Measures a repaired copy again, from its file."""

from pathlib import Path

from liptune.core.analysis import AnalysisCache
from liptune.core.media.types import NO_LIMITS
from liptune.core.operations.measure import Measured, measured
from liptune.core.options import MeasureOptions
from liptune.core.progress import Progress


def remeasured(copy: Path, options: MeasureOptions, *, cache: AnalysisCache, progress: Progress) -> Measured:
    """The copy, as `core.operations.measure.measured`; its progress is the stage ``verify``."""

    def verifying(_stage: str, fraction: float, /) -> None:
        progress("verify", fraction)

    return measured(copy, None, options, cache=cache, progress=verifying, limits=NO_LIMITS)
