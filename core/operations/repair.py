"""The steps that all repairs share: measure and plan before, measure and judge the copy after."""

from dataclasses import dataclass
from pathlib import Path

from liptune.core.analysis import AnalysisCache
from liptune.core.errors import RepairRefused
from liptune.core.media.types import MediaInfo, MediaLimits
from liptune.core.media.write.containers import output_suffix
from liptune.core.operations.judge import judged
from liptune.core.operations.measure import Measured, measured
from liptune.core.operations.verify import remeasured
from liptune.core.options import PlanOptions
from liptune.core.plan.clip import Clip, clip_of
from liptune.core.plan.plan import Plan, plan, request_of
from liptune.core.progress import Progress
from liptune.core.report.result import score_of
from liptune.core.sync.types import Judgement
from liptune.core.sync.worse import worsened


@dataclass(frozen=True)
class Repair:
    """A repair about to be carried out.

    ``clip``: what ``plan`` was made from. ``copy``: the file to write. ``sound``: the file that brings the
    sound, None where that is the video.
    """

    before: Measured
    clip: Clip
    plan: Plan
    copy: Path
    sound: MediaInfo | None


def planned(
    video: Path,
    audio: Path | None,
    options: PlanOptions,
    *,
    output: Path,
    suffix: str | None,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Repair:
    """Measures the video, plans its repair, and makes the folder ``output`` for ``video`` with ``suffix``.

    The stages of ``progress`` are probe, analyse, score and plan. Raises as `measure`.
    """
    before = measured(video, audio, options, cache=cache, progress=progress, limits=limits)
    progress("plan", 0.0)
    clip = clip_of(before.analysis, before.clip)
    found = plan(clip, request_of(options))
    progress("render", 0.0)
    output.mkdir(parents=True, exist_ok=True)
    copy = output / f"video{suffix or output_suffix(before.picture)}"
    return Repair(before, clip, found, copy, before.sound if audio else None)


def verified(
    repair: Repair,
    options: PlanOptions,
    *,
    changed: bool,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> tuple[Measured, Judgement | None]:
    """The copy measured from its file, and judged by another engine where one is ready.

    Where nothing was ``changed``, the copy is as good as its source. Stages: verify and judge.

    Raises `RepairRefused` where the copy measures worse than its source.
    """
    progress("verify", 0.0)
    if not changed:
        return repair.before, None
    after = remeasured(repair.copy, repair.before, options, cache=cache, progress=progress)
    _require_better(repair.before, after)
    opinion = judged(repair.before, repair.copy, options, cache=cache, progress=progress, limits=limits)
    return after, opinion


def _require_better(before: Measured, after: Measured) -> None:
    earlier, later = before.clip.speaker.score, after.clip.speaker.score
    reason = worsened(earlier, later)
    if reason is not None:
        scores = {
            "before": score_of(earlier, before.analysis.engine),
            "after": score_of(later, after.analysis.engine),
        }
        raise RepairRefused(
            f"The repair made the video worse: {reason}.",
            remedy="Keep the video as it is, or name another mode or stretch.",
            details=scores,
        )
