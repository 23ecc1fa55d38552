import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from liptune.core.sync import evidence as module
from liptune.core.sync.evidence import centred, evidence


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


def test_blocks_give_the_same_bits_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    values = _strip(500, 31, 4)
    values[np.random.default_rng(5).random(values.shape) < 0.2] = np.nan
    whole = centred(values)
    monkeypatch.setattr(module, "BLOCK", 37)
    np.testing.assert_array_equal(centred(values), whole)


def test_evidence_dips_where_the_distances_do() -> None:
    values = 1.4 + 0.05 * _strip(200, 31, 3)
    values[:, 20] -= 0.3
    assert evidence(values).mean(axis=0).argmin() == 20


@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 100))
def test_the_unit_of_distance_does_not_matter(scale: float, seed: int) -> None:
    values = np.abs(_strip(30, 31, seed)) + np.float32(0.2)
    np.testing.assert_allclose(evidence(values * np.float32(scale)), evidence(values), atol=2e-4)


def test_a_band_without_pairs_or_of_zeros_is_no_evidence() -> None:
    assert np.isnan(evidence(np.full((5, 31), np.nan, np.float32))).all()
    np.testing.assert_array_equal(evidence(np.zeros((5, 31), np.float32)), 0)
