"""The public face of the library: what can be done with a video."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.analysis import AnalysisCache
from core.media.types import MediaLimits
from core.options import MeasureOptions
from core.progress import Progress, silent


@dataclass(frozen=True)
class MeasureResult:
    """``result``: JSON-ready, the job's ``result`` object. ``artifacts``: the files written, in order."""

    result: dict[str, Any]
    artifacts: tuple[Path, ...]


def measure(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    output: Path,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> MeasureResult:
    """Measures how well the lips in ``video`` match its sound, or that of ``audio``.

    Writes ``report.json``, ``report.html`` and ``distance.png`` into the folder ``output``, each whole or not
    at all.

    Raises:
        MediaError: A file cannot be used (its subclasses say why).
        NoFace: Nothing in the clip can be scored.
        EngineUnavailable: The engine's weights are not installed.
    """
    raise NotImplementedError
