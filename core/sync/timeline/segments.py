"""The most probable segmentation of a clip into stretches of one clock each, by dynamic programming.

A stretch is either a line (the lag at its first block, a slope, and how strongly lips and sound agree along
it) or says nothing. What a line explains is the logarithm of a likelihood ratio: blocks along it have the
mean ``strength`` a pair, others none, both with the variance of chance. A change point pays `Costs`, and
nothing is shorter than two seconds unless it is all there is. The maximum over all segmentations is exact
(Auger & Lawrence 1989; Jackson et al. 2005): a line is let in when it has lasted that long, with all that it
gained by then.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.timeline.costs import NEAR_FRAMES, Costs, choice_costs
from liptune.core.sync.timeline.lags import Lags

STRENGTHS = (0.05, 0.1, 0.2)
"""Mean relief a pair, in logarithms of distance: of mumbling, of most speakers, and of clear speech."""
LEAST_STEP = 2
"""Frames: smaller steps are within what one speaker's lips wander, and not noticed."""
LEAST_FRAMES = 50
"""How long a stretch lasts at least: less is no evidence."""
LEAST_PAIRS = 50
LEAST_SHARE = 0.25

NOTHING = -1
_NEVER = np.float32(-1e30)

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """Blocks ``begin`` … ``end - 1``. ``lag``: at the first of them, frames; None where nothing agrees.

    ``slope``: by how much the lag grows in a frame of the picture.
    """

    begin: int
    end: int
    lag: float | None = None
    slope: float = 0.0

    def lag_at(self, block: float, block_frames: int) -> float:
        """The lag at a block, counted like ``begin``."""
        if self.lag is None:
            raise ValueError("nothing agrees here, at no lag")
        return self.lag + self.slope * (block - self.begin) * block_frames


@dataclass(frozen=True)
class Segmentation:
    """``segments``: without a gap. ``nats``: by how much they explain the blocks better than nothing does."""

    segments: tuple[Segment, ...]
    nats: float


def looked_at(lags: Lags) -> NDArray[np.bool_]:
    """The lags with enough pairs to say something, (lags,)."""
    pairs = lags.pairs.sum(axis=0)
    near = np.abs(np.arange(len(pairs)) - lags.reach) <= NEAR_FRAMES
    return np.asarray((pairs >= max(LEAST_PAIRS, LEAST_SHARE * pairs.max(initial=0))) | (near & (pairs > 0)))


def segmented(lags: Lags, slopes: NDArray[np.float64], costs: Costs, noise: float) -> Segmentation:
    """The best segmentation over every lag looked at and the given ``slopes``, 0 among them.

    ``noise``: variance of the relief of unrelated sound, a pair. Time O(blocks · lags · slopes).
    """
    search = _Search(lags, slopes, costs, noise)
    for block in range(lags.blocks):
        search.step(block)
    return search.best()


class _Search:
    """Scores of all lines up to a block, by lag there: (strengths, slopes, lags)."""

    def __init__(self, lags: Lags, slopes: NDArray[np.float64], costs: Costs, noise: float) -> None:
        blocks, count = lags.relief.shape
        self._lags, self._costs, self._noise, self._slopes = lags, costs, np.float32(noise), slopes
        self._strengths = np.array(STRENGTHS, np.float32)[:, None, None]
        choice = choice_costs(np.arange(count) - lags.reach, looked_at(lags))
        self._choice = np.minimum(choice, -float(_NEVER)).astype(np.float32)
        self._step_costs = costs.steps(blocks, lags.cut_blocks)
        self._rate_costs = np.where(slopes == 0, 0, costs.rate).astype(np.float32)[:, None]
        self._moved = np.rint(np.outer(np.arange(blocks), slopes * lags.block_frames)).astype(np.int64)
        self._least = min(-(-LEAST_FRAMES // lags.block_frames), blocks)
        self._scores = np.full((len(STRENGTHS), len(slopes), count), _NEVER)
        self._began = np.zeros(self._scores.shape, np.int32)
        self._lately = _Lately(lags, self._moved, self._least)
        # Of every block: what it takes to begin there; each lag's best line to end there, its slope and its
        # beginning; the best that ends there with nothing, and where that nothing began.
        self._entries: deque[Matrix] = deque(maxlen=self._least)
        self._line = np.empty((blocks, count), np.float32)
        self._line_slope = np.empty((blocks, count), np.int16)
        self._line_began = np.empty((blocks, count), np.int32)
        self._nothing = np.full(blocks, float(_NEVER))
        self._nothing_began = np.zeros(blocks, np.int64)

    def step(self, block: int) -> None:
        """Takes in one more block."""
        self._entries.append(self._entry(block))
        moved = self._moved[block] - self._moved[max(block - 1, 0)]
        _follow(self._scores, moved, _NEVER)
        _follow(self._began, moved, 0)
        self._lately.step(block, moved)
        self._scores += self._gained(self._lags.relief[block], self._lags.pairs[block])
        begin = block + 1 - self._least
        if begin >= 0:
            self._let_in(begin, block)
        self._keep(block)
        self._fall_silent(block, begin)

    def best(self) -> Segmentation:
        """Walks back from the best end."""
        block = self._lags.blocks - 1
        lag = int(self._line[block].argmax())
        nats = max(float(self._line[block, lag]), float(self._nothing[block]))
        state = lag if self._line[block, lag] > self._nothing[block] else NOTHING
        found: list[Segment] = []
        while block >= 0:
            segment, state = self._last(block, state)
            found.append(segment)
            block = segment.begin - 1
        return Segmentation(tuple(reversed(found)), nats)

    def _gained(self, relief: Matrix, pairs: Matrix) -> Matrix:
        """Log-likelihood ratio of each strength, of sums by lag or by slope and lag."""
        return np.asarray(self._strengths / self._noise * (relief - pairs * (self._strengths / 2)))

    def _entry(self, block: int) -> Matrix:
        """What comes before a line that begins here, and the choice of its lag, (lags,)."""
        if block == 0:
            return -self._choice
        from_nothing = np.float32(self._nothing[block - 1] - self._costs.silence)
        from_line = self._other(block - 1) - self._step_costs[block]
        return np.asarray(np.maximum(from_line, from_nothing) - self._choice)

    def _other(self, block: int) -> Matrix:
        """The best line that ends at a lag at least a step away, by lag."""
        line, best = self._line[block], np.full(self._line.shape[1], _NEVER)
        if len(line) > LEAST_STEP:
            best[LEAST_STEP:] = np.maximum.accumulate(line)[:-LEAST_STEP]
            above = np.maximum.accumulate(line[::-1])[::-1]
            best[:-LEAST_STEP] = np.maximum(best[:-LEAST_STEP], above[LEAST_STEP:])
        return best

    def _let_in(self, begin: int, block: int) -> None:
        """Lines that have lasted just long enough."""
        entry = _shifted(self._entries[0], self._moved[block] - self._moved[begin], _NEVER)
        fresh = entry - self._rate_costs + self._gained(self._lately.relief, self._lately.pairs)
        better = fresh > self._scores
        np.maximum(self._scores, fresh, out=self._scores)
        self._began[better] = begin

    def _keep(self, block: int) -> None:
        flat = self._scores.reshape(-1, self._scores.shape[-1])
        best, every = flat.argmax(axis=0), np.arange(flat.shape[1])
        self._line[block] = flat[best, every]
        self._line_slope[block] = best % self._scores.shape[1]
        self._line_began[block] = self._began.reshape(flat.shape)[best, every]

    def _fall_silent(self, block: int, begin: int) -> None:
        """The best that has said nothing since ``begin``, or since before."""
        if begin < 0:
            return
        entered = float(self._line[begin - 1].max()) - self._costs.silence if begin else 0.0
        before = float(self._nothing[block - 1]) if block else float(_NEVER)
        self._nothing[block] = max(before, entered)
        self._nothing_began[block] = begin if entered > before else self._nothing_began[block - 1]

    def _last(self, block: int, state: int) -> tuple[Segment, int]:
        """The segment that ends with a block in a state, and the state before it."""
        if state == NOTHING:
            begin = int(self._nothing_began[block])
            return Segment(begin, block + 1), int(self._line[begin - 1].argmax()) if begin else NOTHING
        slope, begin = int(self._line_slope[block, state]), int(self._line_began[block, state])
        lag = state - int(self._moved[block, slope] - self._moved[begin, slope])
        segment = Segment(begin, block + 1, lag - self._lags.reach, float(self._slopes[slope]))
        return segment, self._before(begin, lag) if begin else NOTHING

    def _before(self, begin: int, lag: int) -> int:
        line = self._line[begin - 1].copy()
        line[max(lag - LEAST_STEP + 1, 0) : lag + LEAST_STEP] = _NEVER
        best = int(line.argmax())
        stepped = float(line[best] - self._step_costs[begin])
        return best if stepped > self._nothing[begin - 1] - self._costs.silence else NOTHING


class _Lately:
    """Sums over the last few blocks along every line, by the lag where it is by now: (slopes, lags)."""

    def __init__(self, lags: Lags, moved: NDArray[np.int64], blocks: int) -> None:
        self.relief = np.zeros((moved.shape[1], lags.relief.shape[1]), np.float32)
        self.pairs = np.zeros_like(self.relief)
        self._lags, self._moved, self._blocks = lags, moved, blocks

    def step(self, block: int, moved: NDArray[np.int64]) -> None:
        """Takes in a block and lets go of the oldest."""
        _follow(self.relief, moved, 0)
        _follow(self.pairs, moved, 0)
        self.relief += self._since(self._lags.relief, block)
        self.pairs += self._since(self._lags.pairs, block)

    def _since(self, blocks: Matrix, block: int) -> Matrix:
        """The newest block less the one that is let go of."""
        old = block - self._blocks
        if old < 0:
            return np.asarray(blocks[block])
        return np.asarray(blocks[block] - _shifted(blocks[old], self._moved[block] - self._moved[old], 0))


def _follow(array: NDArray[Any], moved: NDArray[np.int64], empty: np.float32 | float) -> None:
    """Files what was at each lag, (…, slopes, lags), under the lag where it is by now, in place."""
    for slope in np.flatnonzero(moved):
        by = int(moved[slope])
        rows = array[..., slope, :]
        if by > 0:
            rows[..., by:] = rows[..., :-by]
            rows[..., :by] = empty
        else:
            rows[..., :by] = rows[..., -by:]
            rows[..., by:] = empty


def _shifted(row: Matrix, moved: NDArray[np.int64], empty: np.float32 | float) -> Matrix:
    """The same, of one row for all slopes: (slopes, lags)."""
    at = np.arange(len(row)) - moved[:, None]
    inside = (at >= 0) & (at < len(row))
    return np.where(inside, row[np.clip(at, 0, len(row) - 1)], np.float32(empty))
