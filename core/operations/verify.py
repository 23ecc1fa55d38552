"""What all repairs end with: the copy measured again from its file, and judged by another engine."""

from pathlib import Path

from liptune.core.analysis import AnalysisCache
from liptune.core.errors import RepairRefused
from liptune.core.media.clock.same_picture import shows_the_same
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS, MediaLimits
from liptune.core.operations.judge import judged
from liptune.core.operations.measure import Measured, measured
from liptune.core.operations.repair import Repair
from liptune.core.operations.same_sound import options_for_copy
from liptune.core.options import PlanOptions, RepairOptions
from liptune.core.progress import Progress
from liptune.core.report.result import score_of
from liptune.core.sync.types import Judgement
from liptune.core.sync.worse import worsened


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


def remeasured(
    copy: Path,
    before: Measured,
    options: RepairOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
) -> Measured:
    """The copy, by the same sound as its source was; its progress is the stage ``verify``.

    A picture that was copied packet by packet is not gone through again: that would find the same.
    """

    def verifying(_stage: str, fraction: float, /) -> None:
        progress("verify", fraction)

    made = probe(copy, NO_LIMITS)
    same = options_for_copy(made, before, options)
    seen = before.analysis if shows_the_same(before.picture, made) else None
    return measured(copy, None, same, cache=cache, progress=verifying, limits=NO_LIMITS, seen=seen)
