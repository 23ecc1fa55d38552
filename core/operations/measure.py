"""``measure``: a video scored, and the report of it; every repair begins and ends with that.

Who only wants the score does not wait for what draws the report: matplotlib and scipy take a second.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liptune.core.analysis import Analysis, AnalysisCache
from liptune.core.analysis.cache import analysed
from liptune.core.engines.registry import load_engine
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
from liptune.core.operations.table import OperationResult
from liptune.core.options import MeasureOptions
from liptune.core.progress import Progress, silent
from liptune.core.report.result import result_of
from liptune.core.sync.calibration import Calibration, calibration_of
from liptune.core.sync.clip import ClipScore, score_clip


def measure(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    output: Path | None,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> OperationResult:
    """Measures how well the lips in ``video`` match its sound, or that of ``audio``.

    Writes ``report.json``, ``report.html`` and ``distance.png`` into the folder ``output``, each whole or not
    at all; nothing where it is None. The stages of ``progress`` are probe, analyse, score and report.

    Raises:
        MediaError: A file cannot be used (its subclasses say why).
        NoFace: Nothing in the clip can be scored.
        InvalidOption: There is no such face or stretch.
        EngineUnavailable: The engine's weights are not installed.
    """
    found = measured(video, audio, options, cache=cache, progress=progress, limits=limits)
    if output is None:
        result = result_of(found.clip, found.analysis, found.picture, require_audio(found.sound))
        return OperationResult(result, ())
    return _reported(found, options, output, progress)


def analyse(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> None:
    """Leaves in ``cache`` the analysis that the other operations begin with, unless it is there.

    The stages of ``progress`` are probe and analyse.

    Raises:
        MediaError: A file cannot be used (its subclasses say why).
        EngineUnavailable: The engine's weights are not installed.
    """
    _analysed(video, audio, options, cache=cache, progress=progress, limits=limits)


@dataclass(frozen=True)
class Measured:
    """A measurement and what it was made of. ``picture`` and ``sound`` may be one file."""

    picture: MediaInfo
    sound: MediaInfo
    analysis: Analysis
    calibration: Calibration
    clip: ClipScore


def measured(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Measured:
    """Analyses and scores; reports probe, analyse and score. Raises as `measure`."""
    picture, sound, analysis = _analysed(video, audio, options, cache=cache, progress=progress, limits=limits)
    progress("score", 0.0)
    calibration = calibration_of(analysis.engine)
    return Measured(picture, sound, analysis, calibration, score_clip(analysis, options, calibration))


def _analysed(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> tuple[MediaInfo, MediaInfo, Analysis]:
    limits = limits or DEFAULT_LIMITS
    progress("probe", 0.0)
    picture = probe(video, limits)
    sound = probe(audio, limits) if audio else picture
    require_video(picture)
    require_audio(sound)
    engine = load_engine(options.engine)
    return picture, sound, analysed(picture, sound, engine, cache=cache, progress=progress, limits=limits)


def report_on(measured: Measured, options: MeasureOptions) -> dict[str, Any]:
    """The content of ``report.json``."""
    from liptune.core.report.content import report_of  # noqa: PLC0415

    return report_of(
        measured.clip,
        measured.analysis,
        measured.calibration,
        options,
        video=measured.picture,
        audio=require_audio(measured.sound),
        separate_audio=measured.sound.path != measured.picture.path,
    )


def _reported(found: Measured, options: MeasureOptions, output: Path, progress: Progress) -> OperationResult:
    from liptune.core.report.write import write_report  # noqa: PLC0415

    progress("report", 0.0)
    report = report_on(found, options)
    artifacts = write_report(found.clip, found.analysis, report, output)
    progress("report", 1.0)
    return OperationResult(report["result"], artifacts)
