"""How the lag of the sound goes through a clip: the search for stretches, from coarse to fine."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.timeline.costs import NEAR_FRAMES, Costs
from liptune.core.sync.timeline.fit import fitted
from liptune.core.sync.timeline.lags import Lags, Pair, lags_of
from liptune.core.sync.timeline.segments import Segment, Segmentation, looked_at, segmented
from liptune.core.sync.verdict import FRAME_MS

STEEPEST_RATE = 0.06
RATE_STEP = 0.004
ROUNDS = 2
MOST_CHORDS = 40
NOISE_WORTH = 15.0
"""How many independent lags' say the usual noise of an engine is worth."""
CORRELATED_LAGS = 6.0
NORMAL_DEVIATION = 1.4826
"""Of a normal variable, in medians of its absolute deviation."""
RATES = np.arange(-STEEPEST_RATE, STEEPEST_RATE + RATE_STEP / 2, RATE_STEP)


@dataclass(frozen=True)
class Course:
    """Frames ``begin`` … ``end - 1`` of the picture. ``lag``: of the sound at the first, frames, later where
    positive; None where nothing agrees. ``slope``: by how much it grows in a frame.
    """

    begin: int
    end: int
    lag: float | None = None
    slope: float = 0.0

    @property
    def frames(self) -> int:
        """How long it lasts."""
        return self.end - self.begin

    def lags(self) -> NDArray[np.float64]:
        """The lag at each of its frames, (frames,)."""
        if self.lag is None:
            raise ValueError("nothing agrees here, at no lag")
        return np.asarray(self.lag + self.slope * np.arange(self.frames), np.float64)


def slopes_of(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Growth of the lag in a frame of the picture where the sound's speed is ``1 + rate``."""
    return np.asarray(-rates / (1 + rates))


def rate_of(slope: float) -> float:
    """The sound's speed, less 1, where the lag grows by ``slope`` a frame of the picture."""
    return -slope / (1 + slope)


BASE_SLOPES = np.append(slopes_of(np.array([each for each in RATES if abs(each) > RATE_STEP / 2])), 0.0)


@dataclass(frozen=True)
class Found:
    """``courses``: without a gap. ``searched``: the least and the greatest lag that was looked at.

    ``best``: the lag that stands out most in all of the clip, found with evidence of a stretch or not.
    ``choices``: how many lags there were to choose from, near ones and far ones.
    """

    courses: tuple[Course, ...]
    best: int
    searched: tuple[int, int]
    choices: tuple[int, int]

    @property
    def searched_ms(self) -> tuple[float, float]:
        """The latest and the earliest offset that was looked at."""
        least, greatest = self.searched
        return -greatest * FRAME_MS, -least * FRAME_MS


def courses_of(pair: Pair, reach: int, costs: Costs) -> Found:
    """The best segmentation of a clip over lags up to ``reach`` frames.

    A sound that runs at another speed soon leaves the lags that are searched: it is followed along its line.
    """
    lags = lags_of(pair, reach)
    costs = costs.grown(pair.frames)
    found = best_of(lags, costs)
    line = _leaving(found, lags)
    if line is not None:
        along = lags_of(pair, reach, origin=line.lag_at(0, lags.block_frames), slope=line.slope)
        followed = best_of(along, costs)
        if followed.nats - costs.rate > found.nats:
            lags, found = along, followed
    searched = np.flatnonzero(looked_at(lags)) - reach
    near = int((np.abs(searched) <= NEAR_FRAMES).sum())
    courses = tuple(_course(each, lags, pair) for each in found.segments)
    return Found(
        courses, _best(lags), (int(searched.min()), int(searched.max())), (near, len(searched) - near)
    )


def _best(lags: Lags) -> int:
    """The lag whose relief is greatest for the number of its pairs."""
    pairs = lags.pairs.sum(axis=0)
    scaled = lags.relief.sum(axis=0) / np.sqrt(np.maximum(pairs, 1))
    return int(np.where(looked_at(lags), scaled, -np.inf).argmax()) - lags.reach


def _course(segment: Segment, lags: Lags, pair: Pair) -> Course:
    """The same on the clip's clock and lags."""
    begin = pair.first + lags.begin(segment.begin)
    end = pair.first + min(lags.begin(segment.end), pair.frames)
    if segment.lag is None:
        return Course(begin, end)
    line = fitted(lags, segment) if segment.slope else segment
    slope = lags.slope + line.slope
    block = (begin - pair.first) / lags.block_frames
    lag = line.lag_at(block, lags.block_frames) + lags.origin + lags.slope * (begin - pair.first)
    return Course(begin, end, lag, slope)


def best_of(lags: Lags, costs: Costs) -> Segmentation:
    """The best segmentation over speeds up to 6 % off, then over these and what they come near to."""
    slopes, noise = BASE_SLOPES, noise_of(lags, costs.noise)
    found = segmented(lags, slopes, costs, noise)
    for _ in range(ROUNDS):
        finer = np.union1d(slopes, _finer(found, lags))
        if len(finer) == len(slopes):
            break
        slopes, found = finer, segmented(lags, finer, costs, noise)
    return found


def noise_of(lags: Lags, usual: float) -> float:
    """Variance of the relief of unrelated sound, a pair.

    From the spread of all lags, of which few are true, drawn to what is usual for the engine.
    """
    freedom = int(looked_at(lags).sum()) / CORRELATED_LAGS
    if not freedom:
        return usual
    return (freedom * spread_of(lags) + NOISE_WORTH * usual) / (freedom + NOISE_WORTH)


def spread_of(lags: Lags) -> float:
    """Variance of the lags' relief, a pair; by the median, which a few that are true do not move."""
    pairs, known = lags.pairs.sum(axis=0), looked_at(lags)
    scaled = lags.relief.sum(axis=0)[known] / np.sqrt(pairs[known])
    return float(NORMAL_DEVIATION * np.median(np.abs(scaled - np.median(scaled)))) ** 2


def _finer(found: Segmentation, lags: Lags) -> NDArray[np.float64]:
    """Slopes that may fit better: of each line as fitted, and of a line from one stretch to another."""
    lines = [each for each in found.segments if each.lag is not None]
    slopes = [fitted(lags, each).slope for each in lines if each.slope]
    for first, second in list(combinations(lines, 2))[:MOST_CHORDS]:
        ends = [(each.begin + each.end) / 2 for each in (first, second)]
        rise = second.lag_at(ends[1], lags.block_frames) - first.lag_at(ends[0], lags.block_frames)
        slopes.append(rise / ((ends[1] - ends[0]) * lags.block_frames))
    steepest = STEEPEST_RATE / (1 - STEEPEST_RATE)
    return np.array([each for each in slopes if abs(each) <= steepest])


def _leaving(found: Segmentation, lags: Lags) -> Segment | None:
    """The longest line that leaves the lags searched before the clip begins or ends."""
    lines = [fitted(lags, each) for each in found.segments if each.slope]
    edges = (0, lags.blocks)
    left = [
        each
        for each in lines
        if max(abs(each.lag_at(edge, lags.block_frames)) for edge in edges) > lags.reach
    ]
    return max(left, key=lambda each: each.end - each.begin, default=None)
