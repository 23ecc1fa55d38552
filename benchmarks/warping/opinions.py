"""Who measures: an engine, or one with sound that does not belong."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from liptune.core.analysis import Analysis, AnalysisCache
from liptune.core.engines.judging import judging_engine
from liptune.core.media.types import NO_LIMITS
from liptune.core.operations.measure import Measured, measured
from liptune.core.options import MeasureOptions
from liptune.core.progress import silent
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.clip import score_clip
from liptune.core.sync.types import BAND_RADIUS

FEWEST_FRAMES = 2 * (2 * BAND_RADIUS + 1)
"""Analysis frames that a clip must have for its sound to be moved clear of the band by half its length."""

BUNDLED = "lite"
NEAR_SECONDS = 0.6
"""How far from the lips their sound is looked for: further off lies the sound that was moved away."""


class Opinion(Protocol):
    """Measures a picture beside its own sound, or beside that of another file."""

    def __call__(self, video: Path, sound: Path | None = None) -> Measured: ...


@dataclass(frozen=True)
class Engine:
    """An engine by its id."""

    id: str
    cache: AnalysisCache

    def __call__(self, video: Path, sound: Path | None = None) -> Measured:
        """As `core.operations.measure.measured`."""
        options = MeasureOptions.model_validate({"engine": self.id})
        return measured(video, sound, options, cache=self.cache, progress=silent, limits=NO_LIMITS)


@dataclass(frozen=True)
class Unrelated:
    """The same with the sound moved round by half its length: lips and sound that do not belong together."""

    opinion: Opinion

    def __call__(self, video: Path, sound: Path | None = None) -> Measured:
        """What chance would score."""
        own = self.opinion(video, sound)
        half = len(own.analysis.audio) // 2
        audio, loudness = (
            np.roll(each, half, axis=0) for each in (own.analysis.audio, own.analysis.loudness)
        )
        return _rescored(own, replace(own.analysis, audio=audio, loudness=loudness), own.calibration)


@dataclass(frozen=True)
class Bench:
    """``planner``: searches, and measures before and after. ``judge``: measures, and planned nothing."""

    planner: Opinion
    judge: Opinion | None

    def unrelated(self) -> "Bench":
        """The same people before lips and sound that do not belong together."""
        return Bench(Unrelated(self.planner), self.judge and Unrelated(self.judge))


def bench(judge: str | None, cache: AnalysisCache) -> Bench:
    """``judge``: an engine's id; None: nobody."""
    return Bench(Engine(BUNDLED, cache), Engine(judge, cache) if judge else None)


def judge_named(asked: str) -> str | None:
    """``auto`` is the strongest other engine whose weights are here, if any."""
    return judging_engine(BUNDLED) if asked == "auto" else asked


def _rescored(own: Measured, analysis: Analysis, calibration: Calibration) -> Measured:
    near = MeasureOptions(max_offset_seconds=NEAR_SECONDS)
    clip = score_clip(analysis, near, calibration)
    return replace(own, analysis=analysis, calibration=calibration, clip=clip)
