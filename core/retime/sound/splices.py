"""Sound played along a course: copied sample by sample, and spliced where it would stray from it.

Speech and music repeat themselves from one period to the next. Where the sound has strayed by some
milliseconds, a splice leaves out or repeats a few such periods, at the place near by where both sides fit
best, so that pitch and timbre stay (Roucos & Wilgus 1985, Verhelst & Roelands 1993). All samples between
splices are the source's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.read.samples import Samples
from liptune.core.retime.sound.course import Course
from liptune.core.retime.sound.window import SampleWindow

HOP_SECONDS = 0.004
FADE_SECONDS = 0.010
CUT_FADE_SECONDS = 0.020
LEAST_SECONDS = 0.002
"""Of a splice: a shorter one is heard as a click's worth of another pitch."""
STRAYED_SECONDS = 0.004
MOST_SECONDS = 0.012
REACH_SECONDS = 0.0039
"""How far from its course a splice may set the sound: less than what counts as strayed."""
FITS = 0.98
TIE = 0.02
"""Of the likeness: what the distance from the course costs, so that silence is joined where it should be."""
SILENT = 1e-5
"""Of full scale: what is quieter fits anywhere."""
BLOCK_SECONDS = 1.0
INT32 = np.iinfo(np.int32)


@dataclass(frozen=True)
class Splice:
    """At output sample ``at`` the lag changes to ``lag`` samples, over a fade of ``fade`` samples.

    ``likeness``: correlation of what is joined, 1 where it is the same.
    """

    at: int
    lag: int
    fade: int
    likeness: float


class Splicer:
    """Renders a sound along a course, in one pass.

    ``sound``: its first sample is at the source time ``begin_seconds``. ``rate``: samples a second.
    ``splices``: those made so far. It ends where the course does, or where that comes to the sound's end.
    """

    def __init__(self, course: Course, sound: SampleWindow, rate: int, begin_seconds: float) -> None:
        self._course = course
        self._sound = sound
        self._begin = begin_seconds
        self._rate = rate
        self._total = round(course.seconds * rate)
        self._hop, self._fade, self._cut_fade = (
            round(seconds * rate) for seconds in (HOP_SECONDS, FADE_SECONDS, CUT_FADE_SECONDS)
        )
        self._cuts = np.rint((course.cuts - course.output[0]) * rate).astype(np.int64)
        self.splices: list[Splice] = []

    def blocks(self) -> Iterator[Samples]:
        """Yields (n, channels) in order, as many in all as the course says, to the sample."""
        at, lag = 0, round(self._wanted(0))
        while at < self._total:
            place = self._place(at, lag)
            yield from self._copied(at, place, lag)
            splice = self._splice(place, lag) if place < self._total else None
            if splice is None:
                at = min(place + self._hop, self._total)
                yield from self._copied(place, at, lag)
                continue
            at = min(place + splice.fade, self._total)
            yield self._faded(splice, lag)[: at - place]
            lag = splice.lag
            self.splices.append(splice)

    def _copied(self, begin: int, end: int, lag: int) -> Iterator[Samples]:
        step = round(BLOCK_SECONDS * self._rate)
        for at in range(begin, end, step):
            until = min(at + step, end)
            block = self._sound.take(at + lag, until + lag)
            if self._sound.length is not None:
                self._end(self._sound.length)
            yield block[: max(0, self._total - at)]

    def _end(self, length: int) -> None:
        """The sound has so many samples: the output ends with them."""
        end = self._course.output_at(self._begin + length / self._rate)
        self._total = min(self._total, round((end - self._course.output[0]) * self._rate))

    def _faded(self, splice: Splice, lag: int) -> Samples:
        old = self._sound.take(splice.at + lag, splice.at + lag + splice.fade)
        new = self._sound.take(splice.at + splice.lag, splice.at + splice.lag + splice.fade)
        return crossfaded(old, new, max(0.0, splice.likeness))

    def _wanted(self, at: int) -> float:
        """How far the source should be ahead at an output sample, in samples."""
        return float(self._lags(np.array([at]))[0])

    def _lags(self, samples: NDArray[np.int64]) -> NDArray[np.float64]:
        """The same of many."""
        first = self._course.output[0]
        lags = self._course.lag(first + samples / self._rate) + first - self._begin
        return np.asarray(lags * self._rate)

    def _place(self, at: int, lag: int) -> int:
        """Where a splice may be made next: at a cut, or where the sound has strayed from its course."""
        cut = min((begin for begin in self._cuts - self._cut_fade // 2 if begin >= at), default=self._total)
        strayed, step = STRAYED_SECONDS * self._rate, 1024 * self._hop
        for begin in range(at, cut, step):
            times = np.arange(begin, min(begin + step, cut), self._hop)
            off = self._lags(times) - lag
            if len(found := np.flatnonzero(np.abs(off) >= strayed)):
                return int(times[found[0]])
        return cut

    def _splice(self, at: int, lag: int) -> Splice | None:
        """A splice at this place, where its sides fit well enough for how far the sound has strayed."""
        cut = at + self._cut_fade // 2
        if cut in self._cuts:
            return self._best(at, lag, self._wanted(cut) - lag, self._cut_fade)
        off = self._wanted(at) - lag
        found = self._best(at, lag, off, self._fade)
        share = (abs(off) / self._rate - STRAYED_SECONDS) / (MOST_SECONDS - STRAYED_SECONDS)
        return found if found and found.likeness >= FITS * (1 - share) else None

    def _best(self, at: int, lag: int, off: float, fade: int) -> Splice | None:
        """The splice within reach of the course whose sides are most alike."""
        reach, least = REACH_SECONDS * self._rate, LEAST_SECONDS * self._rate
        shifts = np.arange(round(off - reach), round(off + reach) + 1)
        shifts = shifts[np.sign(off) * shifts >= least]
        if not len(shifts):
            return None
        begin = at + lag
        now = _mono(self._sound.take(begin, begin + fade))
        near = _mono(self._sound.take(begin + shifts[0], begin + shifts[-1] + fade))
        likeness = likenesses(now, near)
        best = int((likeness - TIE * np.abs(shifts - off) / reach).argmax())
        return Splice(at, lag + int(shifts[best]), fade, float(likeness[best]))


def likenesses(now: NDArray[np.float64], near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised correlation of ``now``, (n,), with each part of its length in ``near``, (n + m - 1,): (m,).

    What is silent, at full scale 1, is like anything.
    """
    size = len(now)
    products = np.correlate(near, now, "valid")
    sums = np.concatenate([[0.0], np.cumsum(np.square(near))])
    power = np.maximum(sums[size:] - sums[:-size], 0.0)
    floor = size * SILENT**2
    own = float(now @ now)
    alike = products / np.sqrt((power + floor) * (own + floor))
    return np.where((power < floor) | (own < floor), 1.0, alike)


def crossfaded(old: Samples, new: Samples, likeness: float) -> Samples:
    """(n, channels): from one to the other at an even loudness, for sides that are alike by ``likeness``."""
    share = ((np.arange(len(old)) + 0.5) / len(old))[:, None]
    share = 0.5 - 0.5 * np.cos(np.pi * share)
    power = np.square(share) + np.square(1 - share) + 2 * likeness * share * (1 - share)
    mixed = (share * new + (1 - share) * old) / np.sqrt(power)
    if old.dtype == np.int32:
        mixed = np.clip(np.rint(mixed), INT32.min, INT32.max)
    return np.asarray(mixed, old.dtype)


def _mono(sound: Samples) -> NDArray[np.float64]:
    """All channels together, at full scale 1."""
    scale = -1.0 / INT32.min if sound.dtype == np.int32 else 1.0
    return np.asarray(sound.sum(axis=1, dtype=np.float64) * scale)
