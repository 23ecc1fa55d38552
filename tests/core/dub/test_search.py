"""The search against all ways there are."""

from itertools import product

import numpy as np
import pytest

from liptune.core.dub.costs import JUMP_FRAMES, Candidates
from liptune.core.dub.search import JUMP_COST, TWICE, cheapest


def price(found: Candidates, joined: np.ndarray, picks: tuple[int, ...]) -> float:
    """By the words of the docstring, frame by frame."""
    total = 0.0
    for at, pick in enumerate(picks):
        total += float(found.costs[at, pick])
        if at == 0:
            continue
        step = found.donors[at, pick] - found.donors[at - 1, picks[at - 1]]
        if step == 0:
            total += TWICE
        elif joined[at]:
            total += JUMP_COST * min(1.0, abs(step - 1) / JUMP_FRAMES)
    return total


@pytest.mark.parametrize("seed", range(8))
def test_no_way_is_cheaper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, width = 6, 4
    found = Candidates(
        np.arange(rows),
        rng.integers(0, 9, (rows, width)),
        rng.exponential(2, (rows, width)).astype(np.float32),
    )
    joined = rng.random(rows) < 0.7
    donors, costs = cheapest(found, joined)
    least = min(price(found, joined, way) for way in product(range(width), repeat=rows))
    own = [
        min(
            (pick for pick in range(width) if found.donors[at, pick] == donors[at]),
            key=lambda pick: abs(float(found.costs[at, pick]) - float(costs[at])),
        )
        for at in range(rows)
    ]
    assert price(found, joined, tuple(own)) == pytest.approx(least, rel=1e-6)


def test_the_same_mouth_never_comes_twice_in_a_row_where_there_is_another() -> None:
    rng = np.random.default_rng(3)
    rows = 200
    donors = np.tile(np.arange(5), (rows, 1))
    costs = rng.exponential(1, (rows, 5)).astype(np.float32)
    costs[:, 0] = 0
    picks, _ = cheapest(Candidates(np.arange(rows), donors, costs), np.ones(rows, np.bool_))
    assert (np.diff(picks) != 0).all()


def test_a_run_is_kept_although_single_mouths_are_a_little_nearer() -> None:
    rows = 30
    run = 100 + np.arange(rows)
    stray = np.random.default_rng(4).permutation(1000)[:rows] + 500
    found = Candidates(
        np.arange(rows), np.stack([run, stray], axis=1), np.tile(np.array([0.3, 0.0], np.float32), (rows, 1))
    )
    picks, _ = cheapest(found, np.ones(rows, np.bool_))
    np.testing.assert_array_equal(picks, run)


def test_nothing_is_asked_for() -> None:
    empty = Candidates(np.empty(0, np.int64), np.empty((0, 4), np.int64), np.empty((0, 4), np.float32))
    picks, costs = cheapest(empty, np.empty(0, np.bool_))
    assert len(picks) == len(costs) == 0
