from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liptune.core.plan.types import TimeWarp
from liptune.core.retime.picks import TIE_SECONDS, between_picks, picks

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60)]


def test_a_still_warp_picks_every_frame() -> None:
    seconds = np.arange(100) / 60
    clock = np.arange(42) / 25
    np.testing.assert_array_equal(picks(TimeWarp(clock, clock), seconds), np.arange(100))


@pytest.mark.parametrize("rate", RATES)
def test_a_shift_of_whole_frames_picks_that_many_on(rate: Fraction) -> None:
    seconds = np.arange(100) / float(rate)
    clock = np.arange(0, 110) / 25
    warp = TimeWarp(clock, clock + 3 / float(rate))
    np.testing.assert_array_equal(picks(warp, seconds), np.minimum(np.arange(100) + 3, 99))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rate=st.sampled_from(RATES),
    jitter=st.floats(0, 0.4),
)
def test_picks_are_the_nearest_frames_and_never_run_backwards(
    seed: int, rate: Fraction, jitter: float
) -> None:
    rng = np.random.default_rng(seed)
    seconds = (np.arange(120) + jitter * rng.random(120)) / float(rate)
    seconds -= seconds[0]
    clock = np.arange(0, int(seconds[-1] * 25) + 2) / 25
    slopes = rng.uniform(0.5, 2.0, len(clock))
    warp = TimeWarp(clock, np.cumsum(slopes) / 25 - rng.uniform(0, 0.2))
    chosen = picks(warp, seconds)
    nearest = np.abs(seconds[None] - warp.source_at(seconds)[:, None]).min(axis=1)
    np.testing.assert_allclose(np.abs(seconds[chosen] - warp.source_at(seconds)), nearest, atol=3e-6)
    assert (np.diff(chosen) >= 0).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), rate=st.sampled_from(RATES))
def test_between_picks_draw_only_what_is_slow_and_never_run_backwards(seed: int, rate: Fraction) -> None:
    rng = np.random.default_rng(seed)
    seconds = np.arange(120) / float(rate)
    clock = np.arange(0, int(seconds[-1] * 25) + 2) / 25
    slopes = np.repeat(rng.uniform(0.5, 1.5, len(clock) // 10 + 1), 10)[: len(clock)]
    warp = TimeWarp(clock, np.cumsum(slopes) / 25)
    positions = between_picks(warp, seconds)
    assert (np.diff(positions) >= 0).all()
    assert positions.min() >= 0
    assert positions.max() <= 119
    drawn = positions != np.rint(positions)
    wanted = np.clip(warp.source_at(seconds) * float(rate), 0, 119)
    np.testing.assert_allclose(positions[drawn], wanted[drawn], atol=1e-6)
    np.testing.assert_allclose(positions, wanted, atol=0.5 + 1.1 * TIE_SECONDS * float(rate))
    assert (np.gradient(wanted)[drawn] < 1).all()


def test_a_slow_passage_does_not_stand_still_between_frames() -> None:
    seconds = np.arange(40) / 25
    positions = between_picks(TimeWarp(seconds, 0.7 * seconds), seconds)
    np.testing.assert_allclose(positions, 0.7 * np.arange(40), atol=0.1 + 1e-9)


def test_half_speed_holds_each_frame_twice() -> None:
    seconds = np.arange(50) / 50
    clock = np.arange(26) / 25
    chosen = picks(TimeWarp(clock, clock / 2), seconds)
    assert np.bincount(chosen).max() == 2
