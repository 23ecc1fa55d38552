"""A repaired copy measured from its file, and by an engine that had no part in the repair."""

import logging
from pathlib import Path

from core.analysis import AnalysisCache
from core.errors import EngineUnavailable, InvalidOption, NoFace
from core.judging import Judgement, judging_engine
from core.measuring import Measured, measured
from core.media.types import NO_LIMITS, MediaLimits
from core.options import MeasureOptions
from core.progress import Progress

log = logging.getLogger(__name__)


def verified(
    given: tuple[Path, Path | None],
    copy: Path,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> tuple[Measured, Judgement | None]:
    """A repaired copy of what was ``given``, by the engine that planned and by another where there is one."""
    after = _remeasured(copy, options, cache=cache, progress=progress)
    return after, _judged(given, copy, options, cache=cache, progress=progress, limits=limits)


def _remeasured(copy: Path, options: MeasureOptions, *, cache: AnalysisCache, progress: Progress) -> Measured:
    """The copy, as `core.measuring.measured`; its progress is the stage ``verify``."""

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
