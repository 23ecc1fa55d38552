"""The public face of the library: what can be done with a video."""

from pathlib import Path

from core.analysis import AnalysisCache
from core.measuring import OperationResult, analyse, measure, measured, report_on
from core.media.formats import output_suffix
from core.media.types import MediaLimits
from core.options import RetimeOptions, WarpOptions
from core.progress import Progress, silent
from core.report.retiming import WARP_CHART, retiming_report, write_retiming
from core.report.warping import PREVIEW, warping_report, write_warping
from core.report.write import write_report
from core.retime.apply import apply
from core.retime.plan import plan
from core.retime.request import request_of
from core.retime.speaker import clip_of
from core.retime.types import RetimeMode
from core.verifying import verified
from core.warp.transplant import Scene, transplant

__all__ = ["OperationResult", "analyse", "measure", "retime", "warp"]


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
    after, judgement = before, None
    if found.mode is not RetimeMode.NONE:
        after, judgement = verified(
            (video, audio), copy, options, cache=cache, progress=progress, limits=limits
        )
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


def warp(
    video: Path,
    audio: Path | None,
    options: WarpOptions,
    *,
    output: Path,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
    suffix: str | None = None,
) -> OperationResult:
    """Writes a copy of ``video`` in which other moments' mouths match its sound, or that of ``audio``.

    Head, background, sound and timing stay. Into the folder ``output`` go ``video`` with ``suffix``,
    ``timewarp.json``, ``timewarp.png``, ``preview.png`` where a mouth was changed, and the report of the copy
    as of `measure`. Stages and errors as of `retime`.
    """
    before = measured(video, audio, options, cache=cache, progress=progress, limits=limits)
    progress("plan", 0.0)
    clip = clip_of(before.analysis, before.clip)
    found = plan(clip, request_of(options))
    progress("render", 0.0)
    output.mkdir(parents=True, exist_ok=True)
    copy = output / f"video{suffix or output_suffix(before.picture)}"
    scene = Scene(before.picture, before.sound if audio else None, before.analysis, before.clip)
    done = transplant(scene, clip, found.warp, options, copy, progress=progress)
    progress("verify", 0.0)
    after, judgement = before, None
    if done.changed.any():
        after, judgement = verified(
            (video, audio), copy, options, cache=cache, progress=progress, limits=limits
        )
    progress("report", 0.0)
    report = warping_report(
        report_on(after, options),
        before.clip,
        before.analysis,
        plan=found,
        done=done,
        judgement=judgement,
    )
    files = write_warping(found, done, before.clip, before.picture, output)
    files += write_report(
        after.clip,
        after.analysis,
        report,
        output,
        warp_chart=output / WARP_CHART,
        preview=output / PREVIEW if done.shots else None,
    )
    progress("report", 1.0)
    return OperationResult(report["result"], (copy, *files))
