"""Where a sound is quiet: the places for a cut or a longer pause."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.decibels import SILENCE_DBFS, dbfs
from liptune.core.media.types import SAMPLE_RATE

HOP_SECONDS = 0.01
PAUSE_SECONDS = 0.1
NEAR_SECONDS = 0.6
"""How far from a boundary a place may be: a boundary is known to about half of that."""
FAR_DB = 6.0
"""What the furthest place costs, beside how loud it is."""
QUIET_PERCENTILE, LOUD_PERCENTILE = 10.0, 90.0
QUIET_SHARE = 0.4
LEAST_DEPTH_DB = 6.0
"""What is not so much quieter than the loudest is no pause: music and noise may have none."""
LONGEST_SECONDS = 0.5


@dataclass(frozen=True)
class Pause:
    """From ``begin`` to ``end``, seconds of the sound. ``quiet``: beside the speech of the clip."""

    begin: float
    end: float
    quiet: bool


@dataclass(frozen=True)
class Levels:
    """Loudness of a sound. ``dbfs``: (n,) of each hundredth of a second, the first at ``begin_seconds``."""

    dbfs: NDArray[np.float64]
    begin_seconds: float = 0.0

    @property
    def pause_dbfs(self) -> float:
        """What is below it is a pause: nearer to the clip's quietest tenth than to its loudest."""
        heard = self.dbfs[self.dbfs > SILENCE_DBFS]
        if not len(heard):
            return SILENCE_DBFS
        low, high = np.percentile(heard, [QUIET_PERCENTILE, LOUD_PERCENTILE])
        return float(min(low + QUIET_SHARE * (high - low), high - LEAST_DEPTH_DB))

    def quietest(self, around: float, seconds: float) -> Pause:
        """The stretch of this length that is least heard, among those near ``around``."""
        width = max(1, round(seconds / HOP_SECONDS))
        reach = round(NEAR_SECONDS / HOP_SECONDS)
        middle = round((around - self.begin_seconds - seconds / 2) / HOP_SECONDS)
        begins = np.arange(max(0, middle - reach), min(len(self.dbfs) - width, middle + reach) + 1)
        if not len(begins):
            return Pause(around - seconds / 2, around + seconds / 2, quiet=True)
        loudest = np.array([self.dbfs[begin : begin + width].max() for begin in begins])
        far = np.abs(begins - middle) / reach
        best = int(begins[int((np.maximum(loudest, self.pause_dbfs - FAR_DB) + FAR_DB * far).argmin())])
        quiet = bool(self.dbfs[best : best + width].max() <= self.pause_dbfs)
        return Pause(self._at(best), self._at(best + width), quiet)

    def around(self, pause: Pause) -> Pause:
        """The whole pause that this one is a part of, at most half a second of it."""
        first, last = (round((edge - self.begin_seconds) / HOP_SECONDS) for edge in (pause.begin, pause.end))
        most = round(LONGEST_SECONDS / HOP_SECONDS)
        while first > 0 and last - first < most and self.dbfs[first - 1] <= self.pause_dbfs:
            first -= 1
        while last < len(self.dbfs) and last - first < most and self.dbfs[last] <= self.pause_dbfs:
            last += 1
        return Pause(self._at(first), self._at(last), pause.quiet)

    def _at(self, hop: int) -> float:
        return self.begin_seconds + hop * HOP_SECONDS


def levels_of(chunks: Iterator[NDArray[np.float32]], begin_seconds: float = 0.0) -> Levels:
    """Loudness of 16 kHz mono sound, the root of the mean square of each hundredth of a second."""
    hop = round(HOP_SECONDS * SAMPLE_RATE)
    rest, parts = np.zeros(0, np.float32), [np.zeros(0)]
    for chunk in chunks:
        joined = np.concatenate([rest, chunk])
        whole = len(joined) // hop * hop
        power = np.square(joined[:whole].astype(np.float64)).reshape(-1, hop).mean(axis=1)
        parts.append(dbfs(power))
        rest = joined[whole:]
    return Levels(np.concatenate(parts), begin_seconds)
