"""The offset through time: stretches of a clip, each with one clock."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.types import Verdict, Worst
from liptune.core.sync.verdict import EARLY_LIMIT_MS, LATE_LIMIT_MS, beyond_limits_ms

MS = 1000.0

Seconds = float | NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """A part of the clip in which the sound keeps one distance from the picture, or one speed.

    ``start_seconds``, ``end_seconds``: of the picture's clock, 0 at its first frame. ``offset_ms``: at the
    start, positive where the sound is early; None where there is no evidence. ``rate``: the sound's speed
    beside the picture's, less 1: at -0.004 the sound is 0.4 % slow. ``ci95``: 95 % interval of ``offset_ms``,
    with the rate as it is. ``confidence``: as that of `SyncScore`; ``needed``: what it takes to count.
    """

    start_seconds: float
    end_seconds: float
    offset_ms: float | None
    rate: float
    ci95: tuple[float, float] | None
    confidence: float
    needed: float
    verdict: Verdict

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end_seconds - self.start_seconds

    @property
    def slope(self) -> float:
        """Change of the offset in a second of picture: the sound of p is at a with p = a · (1 + rate) + c."""
        return self.rate / (1 + self.rate)

    @property
    def end_offset_ms(self) -> float | None:
        """The offset at the end."""
        return None if self.offset_ms is None else self.offset_ms + self.slope * self.seconds * MS

    @property
    def middle_offset_ms(self) -> float | None:
        """The offset halfway."""
        return None if self.offset_ms is None else self.offset_ms + self.slope * self.seconds * MS / 2

    def offset_ms_at(self, seconds: Seconds) -> Seconds:
        """The offset at moments of the picture; of a stretch with evidence alone."""
        return self._known + self.slope * (seconds - self.start_seconds) * MS

    def sound_seconds(self, picture_seconds: Seconds) -> Seconds:
        """Where the sound of moments of the picture is."""
        return picture_seconds - self.offset_ms_at(picture_seconds) / MS

    def picture_seconds(self, sound_seconds: Seconds) -> Seconds:
        """Which moments of the picture belong to moments of the sound."""
        from_start = sound_seconds - (self.start_seconds - self._known / MS)
        return self.start_seconds + from_start * (1 + self.rate)

    @property
    def furthest_ms(self) -> float:
        """The offset at the end that is further out of sync."""
        ends = (self._known, self._known + self.slope * self.seconds * MS)
        return max(ends, key=beyond_limits_ms)

    @property
    def seconds_out_of_sync(self) -> float:
        """How much of it is beyond what viewers notice; 0 without evidence."""
        if self.offset_ms is None:
            return 0.0
        if not self.slope:
            return self.seconds if beyond_limits_ms(self.offset_ms) > 0 else 0.0
        crossed = [
            self.start_seconds + (limit - self.offset_ms) / (self.slope * MS)
            for limit in (LATE_LIMIT_MS, EARLY_LIMIT_MS)
        ]
        begin, end = np.clip(sorted(crossed), self.start_seconds, self.end_seconds)
        return float(self.seconds - (end - begin))

    @property
    def _known(self) -> float:
        if self.offset_ms is None:
            raise ValueError("a stretch without evidence has no offset")
        return self.offset_ms


@dataclass(frozen=True)
class Timeline:
    """``stretches``: at least one, in order, without a gap, from the picture's start to its end.

    ``searched_ms``: the latest and the earliest offset that was looked at. Of a sound that runs at another
    speed, these are around its line.
    """

    stretches: tuple[Stretch, ...]
    searched_ms: tuple[float, float]

    @classmethod
    def without_evidence(cls, seconds: float) -> Self:
        """Of a clip that nothing can be told of."""
        silent = Stretch(0.0, seconds, None, 0.0, None, 0.0, 0.0, Verdict.NO_EVIDENCE)
        return cls((silent,), (0.0, 0.0))

    def later(self, seconds: float) -> Self:
        """The same on a clock that began so much before."""
        moved = (
            replace(each, start_seconds=each.start_seconds + seconds, end_seconds=each.end_seconds + seconds)
            for each in self.stretches
        )
        return replace(self, stretches=tuple(moved))

    @cached_property
    def evident(self) -> tuple[Stretch, ...]:
        """Those with evidence."""
        return tuple(each for each in self.stretches if each.verdict is not Verdict.NO_EVIDENCE)

    @cached_property
    def main(self) -> Stretch | None:
        """The one that most of the evidence is of."""
        return max(self.evident, key=lambda each: each.confidence * np.sqrt(each.seconds), default=None)

    @cached_property
    def worst(self) -> Worst | None:
        """Where it is furthest out of sync, as far as there is evidence."""
        found = max(self.evident, key=lambda each: beyond_limits_ms(each.furthest_ms), default=None)
        return Worst(found.start_seconds, found.end_seconds, found.furthest_ms) if found else None

    @cached_property
    def share_out_of_sync(self) -> float | None:
        """The share of the time with evidence in which viewers notice it; None without evidence."""
        known = sum(each.seconds for each in self.evident)
        return sum(each.seconds_out_of_sync for each in self.evident) / known if known else None

    @property
    def verdict(self) -> Verdict:
        """In sync where every stretch with evidence is."""
        if not self.evident:
            return Verdict.NO_EVIDENCE
        agrees = all(each.verdict is Verdict.IN_SYNC for each in self.evident)
        return Verdict.IN_SYNC if agrees else Verdict.OUT_OF_SYNC
