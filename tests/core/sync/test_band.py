from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.sync.band import BLOCK, distance_band
from liptune.core.sync.profile import profile

GOLDEN = Path(__file__).with_name("golden_band.npz")


def test_parity_form_is_the_published_band() -> None:
    golden = np.load(GOLDEN)
    band = distance_band(golden["lip"], golden["aud"], form="parity")
    np.testing.assert_allclose(band.values, golden["pdist"], rtol=1e-5)


def test_parity_scores_are_the_published_ones() -> None:
    golden = np.load(GOLDEN)
    measured = profile(distance_band(golden["lip"], golden["aud"], form="parity").values)
    assert measured.radius - measured.best == 3
    assert measured.offset_frames == pytest.approx(3, abs=0.5)
    assert measured.lse_d == pytest.approx(1.0462121, rel=1e-5)
    assert measured.lse_c == pytest.approx(1.6894931, rel=1e-5)


@given(
    frames=st.integers(1, 2 * BLOCK + 3),
    sound=st.integers(1, 150),
    first=st.integers(0, 160),
    radius=st.integers(0, 20),
    seed=st.integers(0, 2**32 - 1),
)
def test_masked_form_is_the_definition(frames: int, sound: int, first: int, radius: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    video = rng.standard_normal((frames, 5)).astype(np.float32)
    audio = rng.standard_normal((sound, 5)).astype(np.float32)
    video[rng.random(frames) < 0.1] = np.nan
    audio[rng.random(sound) < 0.1] = np.nan
    expected = np.full((frames, 2 * radius + 1), np.nan)
    for t in range(frames):
        for k in range(2 * radius + 1):
            at = first + t + k - radius
            if 0 <= at < sound:
                expected[t, k] = np.linalg.norm(video[t].astype(float) - audio[at].astype(float))
    band = distance_band(video, audio, first=first, radius=radius)
    assert (band.first, band.radius) == (first, radius)
    assert band.values.dtype == np.dtype(np.float32)
    np.testing.assert_allclose(band.values, expected, rtol=1e-5, atol=1e-6)


def test_equal_vectors_are_at_distance_zero() -> None:
    rows = np.random.default_rng(0).standard_normal((100, 1024)).astype(np.float32) * 30
    np.testing.assert_allclose(distance_band(rows, rows).values[:, 15], 0, atol=1e-4)


def test_missing_rows_stay_missing() -> None:
    rows = np.ones((40, 4), np.float32)
    rows[10] = np.nan
    here = np.isfinite(distance_band(rows, np.ones((40, 4), np.float32)).values)
    assert not here[10].any()
    assert here[20].all()
    assert here[0].sum() == 16
