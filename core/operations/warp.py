"""``warp``: a copy of a video with mouths from other moments that match its sound."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from liptune.core.analysis import AnalysisCache
from liptune.core.analysis.cache import Remembering
from liptune.core.media.types import MediaLimits
from liptune.core.operations.measure import Measured, report_on, write_files
from liptune.core.operations.repair import Repair, planned
from liptune.core.operations.table import OperationResult
from liptune.core.operations.verify import verified
from liptune.core.options import WarpOptions
from liptune.core.progress import Progress, silent
from liptune.core.report.retiming_files import WARP_CHART
from liptune.core.report.undecoded import passed_through
from liptune.core.report.warping import PREVIEW, warping_report, write_warping
from liptune.core.warp.transplant import Scene, Transplanted, transplant


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
    report_files: bool = True,
) -> OperationResult:
    """Writes a copy of ``video`` in which other moments' mouths match its sound, or that of ``audio``.

    Head, background, sound and timing stay. Into the folder ``output`` go ``video`` with ``suffix``,
    ``timewarp.json``, ``timewarp.png``, ``preview.png`` where a mouth was changed, and the report of the copy
    as of `measure`; without ``report_files``, ``video`` alone. Stages and errors as of `retime`.
    """
    cache = Remembering(cache)
    repair = planned(
        video, audio, options, output=output, suffix=suffix, cache=cache, progress=progress, limits=limits
    )
    found, before = repair.plan, repair.before
    scene = Scene(before.picture, repair.sound, before.analysis, before.clip)
    done = transplant(scene, repair.clip, found.warp, options, repair.copy, progress=progress)
    changed = bool(done.changed.any())
    after, judgement = verified(
        repair, options, changed=changed, cache=cache, progress=progress, limits=limits
    )
    progress("report", 0.0)
    done = replace(done, losses=done.losses + passed_through(before.analysis.undecoded, before.picture))
    report = warping_report(
        report_on(after, options), before.clip, before.analysis,
        listening=before.listening, plan=found, done=done, judgement=judgement,
    )  # fmt: skip
    files = _written(repair, after, done, report, output) if report_files else ()
    progress("report", 1.0)
    return OperationResult(report["result"], (repair.copy, *files))


def _written(
    repair: Repair, after: Measured, done: Transplanted, report: dict[str, Any], output: Path
) -> tuple[Path, ...]:
    before = repair.before
    files = write_warping(repair.plan, done, before.clip, before.picture, output)
    pictures = {"warp_chart": output / WARP_CHART} | ({"preview": output / PREVIEW} if done.shots else {})
    return files + write_files(after, report, done.times.seconds, repair.copy, pictures)
