"""What may be said of each course: its offset, how sure that is, and whether chance gives as much."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.interval import offset_interval
from liptune.core.sync.null import ChanceModel
from liptune.core.sync.profile import Profile, profile
from liptune.core.sync.timeline.centres import straightened
from liptune.core.sync.timeline.costs import FAR_SHARE, NEAR_FRAMES
from liptune.core.sync.timeline.courses import STEEPEST_RATE, Course, Found, rate_of
from liptune.core.sync.timeline.types import Stretch
from liptune.core.sync.types import Verdict
from liptune.core.sync.verdict import FRAME_MS, verdict

BESIDE_FRAMES = 3
"""How far the offset of a stretch may be from the line that it was found along."""
TOLD_APART_FRAMES = 4
"""By how much two lines must part to be two."""


@dataclass(frozen=True)
class Judged:
    """A stretch, and what it was read from: the ``profile`` around a line whose offset is ``middle_frames``
    halfway through it, with the 95 % ``interval`` of what the profile adds to that, frames.
    """

    stretch: Stretch
    profile: Profile
    interval: tuple[float, float]
    middle_frames: float


@dataclass(frozen=True)
class Judge:
    """``evidence``: (frames, shifts) of the clip, around ``centres``, (frames,). ``chance``: of all of it.

    ``false_alarms``: share of unrelated clips that may pass. ``found``: what was looked at for that.
    """

    evidence: NDArray[np.float32]
    centres: NDArray[np.int64]
    chance: ChanceModel
    false_alarms: float
    found: Found

    def judged(self) -> list[Judged]:
        """Each course."""
        alone = len(self.found.courses) == 1
        return [
            self._anywhere(course) if alone and course.lag is None else self._beside(course)
            for course in self.found.courses
        ]

    def _anywhere(self, course: Course) -> Judged:
        """A clip with one near offset: the best of all shifts of the band."""
        rows = self.evidence[course.begin : course.end]
        return self._read(replace(course, lag=0.0), rows, near=True, within=None)

    def _beside(self, course: Course) -> Judged:
        """A stretch with the offset that it was found at."""
        if course.lag is None:
            silent = self._anywhere(course)
            return replace(silent, stretch=_silenced(silent.stretch))
        rows = self.evidence[course.begin : course.end]
        lags = course.lags()
        rows = straightened(rows, self.centres[course.begin : course.end], lags)
        near = bool(np.abs(lags).max() <= NEAR_FRAMES)
        return self._read(course, rows, near=near, within=BESIDE_FRAMES)

    def _read(self, course: Course, rows: NDArray[np.float32], *, near: bool, within: int | None) -> Judged:
        """``rows``: around the course's lags."""
        lags = course.lags()
        local = profile(rows, within)
        if not local.told:
            return self._unpaired(course)
        share = float(np.isfinite(rows).sum(axis=0).max() / np.isfinite(self.evidence).sum(axis=0).max())
        chance = self.chance.part(share) if share < 1 else self.chance
        interval = offset_interval(rows, within)
        stretch = Stretch(
            course.begin / ANALYSIS_FPS,
            course.end / ANALYSIS_FPS,
            (local.offset_frames - lags[0]) * FRAME_MS,
            rate_of(course.slope),
            ((interval[0] - lags[0]) * FRAME_MS, (interval[1] - lags[0]) * FRAME_MS),
            chance.confidence(local),
            self._needed(chance, course, share, near=near),
            Verdict.IN_SYNC,
        )
        return Judged(_with_verdict(stretch), local, interval, -float(lags.mean()))

    def _unpaired(self, course: Course) -> Judged:
        """Where no moment has both lips and sound."""
        begin, end = course.begin / ANALYSIS_FPS, course.end / ANALYSIS_FPS
        needed = self.chance.threshold(self.false_alarms)
        silent = Stretch(begin, end, None, 0.0, None, 0.0, needed, Verdict.NO_EVIDENCE)
        return Judged(silent, profile(self.evidence), (np.nan, np.nan), 0.0)

    def _needed(self, chance: ChanceModel, course: Course, share: float, *, near: bool) -> float:
        """The confidence that pays for all lines that were looked at, near ones with most of the chance."""
        far = self.found.choices[1]
        lines = chance.shifts if near else far
        if course.slope:
            lines *= 1 + round(2 * STEEPEST_RATE * course.frames / TOLD_APART_FRAMES)
        allowed = (1 - FAR_SHARE if far else 1.0) if near else FAR_SHARE
        return replace(chance, shifts=lines).threshold(self.false_alarms * allowed * share)


def _with_verdict(stretch: Stretch) -> Stretch:
    if not stretch.confidence > stretch.needed:
        return _silenced(stretch)
    return replace(stretch, verdict=verdict(stretch.furthest_ms, evidence=True))


def _silenced(stretch: Stretch) -> Stretch:
    """Without an offset: there is no evidence of one."""
    return replace(stretch, offset_ms=None, ci95=None, rate=0.0, verdict=Verdict.NO_EVIDENCE)
