"""``retime``: a copy of a video whose lips match its sound."""

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
from liptune.core.options import RetimeOptions
from liptune.core.plan.types import RetimeMode
from liptune.core.progress import Progress, silent
from liptune.core.report.retiming import retiming_report
from liptune.core.report.undecoded import passed_through
from liptune.core.retime.apply import Applied, apply


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
    report_files: bool = True,
) -> OperationResult:
    """Writes a copy of ``video`` whose lips match its sound, or that of ``audio``; measures that copy again.

    Into the folder ``output`` go ``video`` with ``suffix`` (by default that of its own container),
    ``timewarp.json``, ``timewarp.png``, for a picture drawn again ``timewarp.otio`` and ``timewarp.edl``, and
    the report of the copy as of `measure`; each whole or not at all; without ``report_files``, ``video``
    alone. Where nothing is found the copy is the video untouched. Where another engine is ready, it judges
    the video and the copy too. The stages of ``progress`` are probe, analyse, score, plan, render, verify,
    judge and report.

    Raises:
        As `measure`, and
        RenderFailed: The copy could not be written.
    """
    cache = Remembering(cache)
    repair = planned(
        video, audio, options, output=output, suffix=suffix, cache=cache, progress=progress, limits=limits
    )
    found, before = repair.plan, repair.before
    applied = apply(found, before.picture, repair.sound, repair.copy, options, progress=progress)
    changed = found.mode is not RetimeMode.NONE
    after, judgement = verified(
        repair, options, changed=changed, cache=cache, progress=progress, limits=limits
    )
    progress("report", 0.0)
    applied = replace(
        applied, losses=applied.losses + passed_through(before.analysis.undecoded, before.picture)
    )
    report = retiming_report(
        report_on(after, options), before.clip, before.analysis,
        listening=before.listening, plan=found, applied=applied, judgement=judgement,
    )  # fmt: skip
    files = _written(repair, after, applied, report, output) if report_files else ()
    progress("report", 1.0)
    return OperationResult(report["result"], (repair.copy, *files))


def _written(
    repair: Repair, after: Measured, applied: Applied, report: dict[str, Any], output: Path
) -> tuple[Path, ...]:
    """The files beside the copy. Who only wants that does not wait for what draws them."""
    from liptune.core.report.retiming_files import WARP_CHART, write_retiming  # noqa: PLC0415

    files = write_retiming(repair.plan, applied, repair.before.clip, repair.before.picture.path.name, output)
    pictures = {"warp_chart": output / WARP_CHART}
    return files + write_files(after, report, applied.seconds, repair.copy, pictures)
