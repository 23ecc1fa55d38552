"""Scores a video and its repaired copy with an engine that planned nothing."""

import logging
from pathlib import Path

from liptune.core.analysis import AnalysisCache
from liptune.core.engines.judging import judging_engine
from liptune.core.errors import EngineUnavailable, InvalidOption, NoFace
from liptune.core.media.clock.same_picture import shows_the_same
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS, MediaLimits
from liptune.core.operations.measure import Measured, measured
from liptune.core.operations.same_sound import options_for, options_for_copy
from liptune.core.options import RepairOptions
from liptune.core.progress import Progress
from liptune.core.sync.types import Judgement

log = logging.getLogger(__name__)


def judged(
    measurement: Measured,
    copy: Path,
    options: RepairOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Judgement | None:
    """The video that was measured and the copy, by an engine that planned nothing; None without one."""
    judge = judging_engine(options.engine) if options.judge == "auto" else None
    if judge is None:
        return None
    theirs = options.model_copy(update={"engine": judge, "judge": "none"})
    picture, sound = measurement.picture.path, measurement.sound.path
    given = picture, None if sound == picture else sound
    own = options_for(measurement.listening.chosen.sound, theirs)
    made = probe(copy, NO_LIMITS)
    same = options_for_copy(made, measurement, theirs)

    def judging(_stage: str, fraction: float, /) -> None:
        progress("judge", fraction)

    try:
        before = measured(*given, own, cache=cache, progress=judging, limits=limits)
        seen = before.analysis if shows_the_same(measurement.picture, made) else None
        after = measured(copy, None, same, cache=cache, progress=judging, limits=NO_LIMITS, seen=seen)
    except (EngineUnavailable, InvalidOption, NoFace) as error:
        # A second opinion that cannot be had is no reason to withhold the repair.
        log.warning("%s cannot judge the copy: %s", judge, error)
        return None
    return Judgement(after.analysis.engine, before.clip.speaker.score, after.clip.speaker.score)
