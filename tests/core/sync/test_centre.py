import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.sync.centre import centred


def _strip(moments: int, shifts: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((moments, shifts)).astype(np.float32)


@given(moments=st.integers(20, 80), seed=st.integers(0, 1000))
def test_what_each_moment_adds_leaves_no_trace(moments: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture, sound = rng.standard_normal(moments), rng.standard_normal(moments + 30)
    at = np.arange(moments)[:, None] + np.arange(31)
    additive = (picture[:, None] + sound[at]).astype(np.float32)
    rest = centred(additive)
    assert np.abs(rest).mean() < 0.25 * np.abs(additive - additive.mean()).mean()


def test_a_dip_stays() -> None:
    values = _strip(100, 31, 0) * np.float32(0.02)
    values[:, 12] -= 0.5
    mean = centred(values).mean(axis=0)
    assert mean.argmin() == 12
    assert np.median(mean) - mean.min() == pytest.approx(0.5, rel=0.2)


def test_missing_pairs_stay_missing_and_count_for_nothing() -> None:
    values = _strip(40, 31, 1)
    holes = np.random.default_rng(2).random(values.shape) < 0.3
    values[holes] = np.nan
    np.testing.assert_array_equal(np.isnan(centred(values)), holes)
    values[7] = np.nan
    assert np.isnan(centred(values)[7]).all()
