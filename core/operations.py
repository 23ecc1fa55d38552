"""The public face of the library: what can be done with a video."""

import logging
from pathlib import Path

from core.analysis import AnalysisCache
from core.errors import EngineUnavailable, InvalidOption, NoFace
from core.judging import Judgement, judging_engine
from core.measuring import Measured, OperationResult, analyse, measure, measured, report_on
from core.media.formats import output_suffix
from core.media.types import NO_LIMITS, MediaLimits
from core.options import MeasureOptions, RetimeOptions
from core.progress import Progress, silent
from core.report.retiming import WARP_CHART, retiming_report, write_retiming
from core.report.write import write_report
from core.retime.apply import apply
from core.retime.plan import Plan, plan
from core.retime.request import request_of
from core.retime.speaker import clip_of
from core.retime.types import RetimeMode

__all__ = ["OperationResult", "analyse", "measure", "retime"]

log = logging.getLogger(__name__)


def retime(
    video: Path,
    audio: Path | None,
    options: RetimeOptions,
    *,
    output: Path,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
    suffix: str | None = None,
) -> OperationResult:
    """Writes a copy of ``video`` whose lips match its sound, or that of ``audio``; measures that copy again.

    Into the folder ``output`` go ``video`` with ``suffix`` (by default that of its own container),
    ``timewarp.json``, ``timewarp.png``, for a picture drawn again ``timewarp.otio`` and ``timewarp.edl``, and
    the report of the copy as of `measure`; each whole or not at all. Where nothing is found the copy is the
    video untouched. Where another engine is ready, it judges the video and the copy too. The stages of
    ``progress`` are probe, analyse, score, plan, render, verify, judge and report.

    Raises:
        As `measure`, and
        RenderFailed: The copy could not be written.
    """
    before = measured(video, audio, options, cache=cache, progress=progress, limits=limits)
    progress("plan", 0.0)
    found = plan(clip_of(before.analysis, before.clip), request_of(options))
    progress("render", 0.0)
    output.mkdir(parents=True, exist_ok=True)
    copy = output / f"video{suffix or output_suffix(before.picture)}"
    sound = before.sound if audio else None
    applied = apply(found, before.picture, sound, copy, interpolate=options.interpolate, progress=progress)
    progress("verify", 0.0)
    after = _verified(before, found, copy, options, cache=cache, progress=progress)
    judgement = None
    if found.mode is not RetimeMode.NONE:
        judgement = _judged((video, audio), copy, options, cache=cache, progress=progress, limits=limits)
    progress("report", 0.0)
    report = retiming_report(
        report_on(after, options),
        before.clip,
        before.analysis,
        plan=found,
        applied=applied,
        judgement=judgement,
    )
    files = write_retiming(found, applied, before.clip, video.name, output)
    files += write_report(after.clip, after.analysis, report, output, warp_chart=output / WARP_CHART)
    progress("report", 1.0)
    return OperationResult(report["result"], (copy, *files))


def _verified(
    before: Measured,
    found: Plan,
    copy: Path,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
) -> Measured:
    """The copy measured from its file; what was not changed need not be measured twice."""
    if found.mode is RetimeMode.NONE:
        return before

    def verifying(_stage: str, fraction: float, /) -> None:
        progress("verify", fraction)

    return measured(copy, None, options, cache=cache, progress=verifying, limits=NO_LIMITS)


def _judged(
    given: tuple[Path, Path | None],
    copy: Path,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Judgement | None:
    """The video as it was ``given`` and the copy, by an engine that planned nothing; None without one."""
    judge = judging_engine(options.engine)
    if judge is None:
        return None
    theirs = options.model_copy(update={"engine": judge})

    def judging(_stage: str, fraction: float, /) -> None:
        progress("judge", fraction)

    try:
        before = measured(*given, theirs, cache=cache, progress=judging, limits=limits)
        after = measured(copy, None, theirs, cache=cache, progress=judging, limits=NO_LIMITS)
    except (EngineUnavailable, InvalidOption, NoFace) as error:
        # A second opinion that cannot be had is no reason to withhold the repair.
        log.warning("%s cannot judge the copy: %s", judge, error)
        return None
    return Judgement(after.analysis.engine, before.clip.speaker.score, after.clip.speaker.score)
