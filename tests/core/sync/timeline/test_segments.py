"""The search against every segmentation there is, of clips small enough to try them all."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liptune.core.sync.timeline import segments as module
from liptune.core.sync.timeline.costs import Costs, choice_costs
from liptune.core.sync.timeline.lags import Lags
from liptune.core.sync.timeline.segments import (
    LEAST_STEP,
    STRENGTHS,
    Segment,
    Segmentation,
    looked_at,
    segmented,
)

COSTS = Costs(step=1.0, silence=1.5, rate=0.5)
NOISE = 0.06
BLOCK = 5
LEAST = 2
SLOPES = np.array([-0.2, 0.0, 0.2])


def lags_of(relief: NDArray[np.float64], cuts: Sequence[int] = ()) -> Lags:
    """``cuts``: the blocks that begin a shot."""
    pairs = np.full(relief.shape, BLOCK, np.float32)
    return Lags(relief.astype(np.float32), pairs, BLOCK, cuts=BLOCK * np.array(cuts, np.int64))


def random_lags(seed: int, blocks: int, reach: int, size: float = 2.0, cuts: Sequence[int] = ()) -> Lags:
    return lags_of(size * np.random.default_rng(seed).standard_normal((blocks, 2 * reach + 1)), cuts)


def gain(lags: Lags, segment: Segment, costs: Costs) -> float:
    """What a segment adds to the total, by the definition."""
    if segment.lag is None:
        return 0.0
    choice = choice_costs(np.arange(-lags.reach, lags.reach + 1), looked_at(lags))
    blocks = np.arange(segment.begin, segment.end)
    moved = np.rint(segment.slope * BLOCK * blocks) - np.rint(segment.slope * BLOCK * segment.begin)
    columns = (segment.lag + moved).astype(int) + lags.reach
    if columns.min() < 0 or columns.max() > 2 * lags.reach:
        return -np.inf
    relief, pairs = lags.relief[blocks, columns].sum(), lags.pairs[blocks, columns].sum()
    best = max(mean / NOISE * (relief - pairs * mean / 2) for mean in STRENGTHS)
    return float(best - choice[columns[0]] - (costs.rate if segment.slope else 0.0))


def last_lag(segment: Segment) -> float:
    assert segment.lag is not None
    first, last = segment.begin, segment.end - 1
    moved = np.rint(segment.slope * BLOCK * last) - np.rint(segment.slope * BLOCK * first)
    return float(segment.lag + moved)


def change(lags: Lags, before: Segment, after: Segment, costs: Costs) -> float:
    if before.lag is None and after.lag is None:
        return -np.inf
    if before.lag is None or after.lag is None:
        return -costs.silence
    step = costs.steps(lags.blocks, lags.cut_blocks)[after.begin]
    return -float(step) if abs(last_lag(before) - after.lag) >= LEAST_STEP else -np.inf


def total(lags: Lags, segments: list[Segment], costs: Costs) -> float:
    if len(segments) > 1 and any(each.end - each.begin < LEAST for each in segments):
        return -np.inf
    changes = (change(lags, *each, costs) for each in pairwise(segments))
    return sum(gain(lags, each, costs) for each in segments) + sum(changes)


def every(begin: int, blocks: int, reach: int) -> Iterator[list[Segment]]:
    if begin == blocks:
        yield []
    for end in range(begin + 1, blocks + 1):
        lines = [Segment(begin, end, lag, slope) for lag in range(-reach, reach + 1) for slope in SLOPES]
        for first in [Segment(begin, end), *lines]:
            for rest in every(end, blocks, reach):
                yield [first, *rest]


@pytest.mark.parametrize("cuts", [(), (2,)])
@pytest.mark.parametrize("seed", range(8))
def test_no_segmentation_is_better(seed: int, cuts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_FRAMES", LEAST * BLOCK)
    lags = random_lags(seed, blocks=5, reach=1, cuts=cuts)
    found = segmented(lags, SLOPES, COSTS, NOISE)
    best = max(total(lags, each, COSTS) for each in every(0, 5, 1))
    assert found.nats == pytest.approx(best, abs=1e-3)
    assert total(lags, list(found.segments), COSTS) == pytest.approx(best, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), blocks=st.integers(1, 30), size=st.floats(0.1, 4.0))
def test_segments_are_without_a_gap_and_worth_what_is_said(seed: int, blocks: int, size: float) -> None:
    lags = random_lags(seed, blocks, reach=4, size=size)
    found = segmented(lags, SLOPES, COSTS, NOISE)
    assert [each.begin for each in found.segments] == [0, *(each.end for each in found.segments[:-1])]
    assert found.segments[-1].end == blocks
    assert found.nats >= 0
    assert total(lags, list(found.segments), COSTS) == pytest.approx(found.nats, abs=1e-2)
    assert all(each.end - each.begin >= min(10, blocks) for each in found.segments)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_dearer_changes_are_never_more(seed: int) -> None:
    lags = random_lags(seed, 30, reach=4)
    counts = [
        len(segmented(lags, SLOPES, Costs(step=cost, silence=cost, rate=cost), NOISE).segments)
        for cost in (0.5, 5.0, 500.0)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1


def stretch(relief: NDArray[np.float64], blocks: slice, lag: int, strength: float = 0.2) -> None:
    reach = relief.shape[1] // 2
    for near, share in ((-1, 0.7), (0, 1.0), (1, 0.7)):
        relief[blocks, reach + lag + near] += BLOCK * strength * share


def found_in(relief: NDArray[np.float64], cuts: Sequence[int] = ()) -> Segmentation:
    return segmented(lags_of(relief, cuts), SLOPES / 100, Costs(step=12.0, silence=8.0, rate=8.0), NOISE)


def noise(blocks: int, reach: int = 40, seed: int = 0) -> NDArray[np.float64]:
    """As unrelated sound: of the variance that the search expects."""
    drawn = np.random.default_rng(seed).standard_normal((blocks, 2 * reach + 1))
    return np.asarray(np.sqrt(NOISE * BLOCK) * drawn)


def test_steps_are_found_where_they_are() -> None:
    relief = noise(90)
    for blocks, lag in ((slice(0, 30), 0), (slice(30, 60), 6), (slice(60, 90), -25)):
        stretch(relief, blocks, lag)
    assert [each.lag for each in found_in(relief).segments] == [0, 6, -25]
    assert [each.begin for each in found_in(relief).segments] == pytest.approx([0, 30, 60], abs=2)


def test_a_step_at_a_cut_needs_less_evidence() -> None:
    relief = noise(90)
    stretch(relief, slice(0, 60), 0)
    stretch(relief, slice(60, 90), 5, strength=0.055)
    for cuts in ([], [20]):
        assert [each.lag for each in found_in(relief, cuts).segments] == [0, None]
    assert [(each.begin, each.lag) for each in found_in(relief, [20, 60]).segments] == [(0, 0), (60, 5)]


@given(blocks=st.integers(1, 200), data=st.data())
def test_all_cuts_together_are_as_likely_a_step_as_all_blocks(blocks: int, data: st.DataObject) -> None:
    cuts = np.array(sorted(data.draw(st.sets(st.integers(0, blocks - 1), min_size=1))), np.int64)
    chances = np.exp(-COSTS.steps(blocks, cuts))
    assert chances.sum() == pytest.approx(2 * blocks * np.exp(-COSTS.step), rel=1e-4)
    assert np.delete(chances, cuts) == pytest.approx(np.exp(-COSTS.step), rel=1e-5)


def test_without_a_cut_all_steps_cost_the_same() -> None:
    assert COSTS.steps(7, np.zeros(0, np.int64)) == pytest.approx(COSTS.step)


def test_where_nothing_agrees_nothing_is_said() -> None:
    relief = noise(120)
    stretch(relief, slice(0, 40), 3)
    stretch(relief, slice(80, 120), 3)
    assert [each.lag for each in found_in(relief).segments] == [3, None, 3]
    assert [each.lag for each in found_in(noise(120)).segments] == [None]


def test_a_step_too_small_to_notice_is_none() -> None:
    relief = noise(120)
    stretch(relief, slice(0, 60), 3, strength=0.07)
    stretch(relief, slice(60, 120), 4, strength=0.07)
    assert len(found_in(relief).segments) == 1


def test_lags_with_hardly_a_pair_are_not_looked_at() -> None:
    pairs = np.full((20, 81), BLOCK, np.float32)
    pairs[:, :30] = 0
    pairs[:3, :30] = BLOCK
    lags = Lags(np.zeros((20, 81), np.float32), pairs, BLOCK)
    assert not looked_at(lags)[:25].any()
    assert looked_at(lags)[25:].all(), "near ones always are"
    assert np.isinf(choice_costs(np.arange(-40, 41), looked_at(lags))[:25]).all()
