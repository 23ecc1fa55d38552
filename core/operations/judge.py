"""Scores a video and its repaired copy with another engine, where one is installed."""

import logging
from pathlib import Path

from liptune.core.analysis import AnalysisCache
from liptune.core.engines.listing import engine_status
from liptune.core.errors import EngineUnavailable, InvalidOption, NoFace
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS, MediaLimits
from liptune.core.operations.measure import Measured, measured
from liptune.core.operations.same_sound import options_for, options_for_copy
from liptune.core.options import MeasureOptions
from liptune.core.progress import Progress
from liptune.core.sync.types import Judgement

STRONGEST_FIRST = ("stable_syncnet", "syncnet_v2", "lite")

log = logging.getLogger(__name__)


def judging_engine(planning: str) -> str | None:
    """The id of the strongest other engine that is ready, None where there is none."""
    others = (engine for engine in STRONGEST_FIRST if engine != planning)
    return next((engine for engine in others if engine_status(engine).ready), None)


def judged(
    measurement: Measured,
    copy: Path,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Judgement | None:
    """The video that was measured and the copy, by an engine that planned nothing; None without one."""
    judge = judging_engine(options.engine)
    if judge is None:
        return None
    theirs = options.model_copy(update={"engine": judge})
    picture, sound = measurement.picture.path, measurement.sound.path
    given = picture, None if sound == picture else sound
    own = options_for(measurement.listening.chosen.sound, theirs)
    same = options_for_copy(probe(copy, NO_LIMITS), measurement, theirs)

    def judging(_stage: str, fraction: float, /) -> None:
        progress("judge", fraction)

    try:
        before = measured(*given, own, cache=cache, progress=judging, limits=limits)
        after = measured(copy, None, same, cache=cache, progress=judging, limits=NO_LIMITS)
    except (EngineUnavailable, InvalidOption, NoFace) as error:
        # A second opinion that cannot be had is no reason to withhold the repair.
        log.warning("%s cannot judge the copy: %s", judge, error)
        return None
    return Judgement(after.analysis.engine, before.clip.speaker.score, after.clip.speaker.score)
