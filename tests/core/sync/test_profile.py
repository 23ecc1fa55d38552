import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.sync.profile import NEIGHBOURS, offsets_of, profile, profile_of, with_neighbours

SHIFTS = np.arange(31)


@given(vertex=st.floats(4.0, 26.0), curvature=st.floats(0.01, 10.0))
def test_offset_is_the_vertex_of_a_parabola(vertex: float, curvature: float) -> None:
    parabola = profile_of(np.asarray(curvature * (SHIFTS - vertex) ** 2, np.float64), np.ones(31))
    assert parabola.offset_frames == pytest.approx(15 - vertex, abs=1e-6)


def test_offset_at_the_end_of_the_band_is_the_end() -> None:
    assert profile_of(SHIFTS.astype(float), np.ones(31)).offset_frames == 15
    assert profile_of(-SHIFTS.astype(float), np.ones(31)).offset_frames == -15


def test_scores_of_a_known_profile() -> None:
    distances = np.full(31, 1.4)
    distances[[14, 15, 16]] = 1.2, 1.3, 1.4
    known = profile_of(distances * 7, np.full(31, 7.0))
    assert known.lse_d == pytest.approx(1.2)
    assert known.lse_c == pytest.approx(0.2)
    assert known.at_zero == pytest.approx(1.3)
    assert known.prominence == pytest.approx(0.2)


def test_each_shift_is_averaged_over_its_own_pairs() -> None:
    values = np.array([[1, np.nan, 3], [3, 5, np.nan], [np.nan, 7, 5]], np.float32)
    np.testing.assert_allclose(profile(values).distances, [2, 6, 4])


def test_shifts_with_under_half_of_the_pairs_are_left_out() -> None:
    values = np.full((10, 3), 2.0, np.float32)
    values[:6, 0] = np.nan
    values[:5, 2] = np.nan
    measured = profile(values)
    assert np.isfinite(measured.distances).tolist() == [False, True, True]
    np.testing.assert_allclose(measured.weights, [0, 1, np.sqrt(0.5)])


def test_a_shift_with_few_pairs_needs_to_stand_out_more() -> None:
    values = np.full((20, 31), 1.0, np.float32)
    values[:10, :3] = np.nan
    values[:, :3] -= 0.12
    values[:, 19:22] -= 0.10
    assert profile(values).best == 20


def test_a_broad_dip_beats_a_deeper_single_shift() -> None:
    distances = np.full(31, 1.4)
    distances[[9, 10, 11]] = 1.30, 1.25, 1.30
    distances[22] = 1.24
    assert profile_of(distances, np.ones(31)).best == 10


def test_neighbours_are_averaged_over_those_that_are_there() -> None:
    rows = np.full((4, 31), 2.0)
    rows[1, 5:10] = np.nan
    found = with_neighbours(rows)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(rows))
    np.testing.assert_allclose(found[np.isfinite(found)], 2.0)
    spike = np.zeros(31)
    spike[15] = NEIGHBOURS.sum()
    np.testing.assert_allclose(with_neighbours(spike)[12:19], NEIGHBOURS)


@pytest.mark.parametrize("within", [None, 3])
def test_offsets_of_many_are_those_of_each(within: int | None) -> None:
    random = np.random.default_rng(5)
    counts = random.integers(0, 40, size=(60, 31)).astype(float)
    sums = counts * random.normal(1, 0.1, size=counts.shape)
    each = [profile_of(total, count, within) for total, count in zip(sums, counts, strict=True)]
    wanted = [one.offset_frames if one.told else np.nan for one in each]
    np.testing.assert_allclose(offsets_of(sums, counts, within), wanted)


def test_there_is_no_offset_where_nothing_may_be_chosen() -> None:
    counts = np.ones((1, 31))
    counts[0, 12:19] = 0
    assert np.isnan(offsets_of(np.ones((1, 31)), counts, 3)).all()
