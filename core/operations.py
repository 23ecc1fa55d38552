"""The public face of the library: what can be done with a video."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.analysis import Analysis, AnalysisCache, analysis_key, identity_of
from core.analysis.run import analyse
from core.engines.protocol import SyncEngine
from core.engines.registry import load_engine
from core.media.probe import probe, require_audio, require_video
from core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
from core.options import MeasureOptions
from core.progress import Progress, silent
from core.report.content import report_of
from core.report.write import write_report
from core.sync.calibration import calibration_of
from core.sync.clip import score_clip


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
    at all. The stages of ``progress`` are probe, analyse, score and report.

    Raises:
        MediaError: A file cannot be used (its subclasses say why).
        NoFace: Nothing in the clip can be scored.
        InvalidOption: There is no such face or stretch.
        EngineUnavailable: The engine's weights are not installed.
    """
    limits = limits or DEFAULT_LIMITS
    progress("probe", 0.0)
    picture = probe(video, limits)
    sound = probe(audio, limits) if audio else picture
    require_video(picture)
    heard = require_audio(sound)
    engine = load_engine(options.engine)
    analysis = _analysed(picture, sound, engine, cache=cache, progress=progress, limits=limits)
    progress("score", 0.0)
    calibration = calibration_of(analysis.engine)
    clip = score_clip(analysis, options, calibration)
    progress("report", 0.0)
    report = report_of(
        clip,
        analysis,
        calibration,
        options,
        video=picture,
        audio=heard,
        separate_audio=audio is not None,
    )
    artifacts = write_report(clip, analysis, report, output)
    progress("report", 1.0)
    return MeasureResult(report["result"], artifacts)


def _analysed(
    video: MediaInfo,
    audio: MediaInfo,
    engine: SyncEngine,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits,
) -> Analysis:
    """The analysis of these bytes by this engine, from the cache where it was made before."""
    video_sha256 = _sha256(video.path)
    audio_sha256 = None if audio.path == video.path else _sha256(audio.path)
    key = analysis_key(video_sha256, audio_sha256, identity_of(engine))
    kept = cache.load(key)
    if kept is not None:
        return kept
    analysis = analyse(video, audio, engine, progress=progress, limits=limits)
    cache.save(key, analysis)
    return analysis


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
