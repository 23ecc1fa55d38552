import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liptune.core.plan.syllables import band_frames, clarity, syllable_nuclei, syllable_rate


def spoken(rate: float, seconds: float = 4.0, dip_db: float = 8.0) -> NDArray[np.float64]:
    """Loudness of evenly spaced syllables, then of a pause as long."""
    at = np.arange(round(seconds * 25)) / 25
    speech = -20 - dip_db / 2 + dip_db / 2 * np.cos(2 * np.pi * rate * at)
    return np.concatenate([speech, np.full(len(at), -70.0)])


@pytest.mark.parametrize("rate", [2.5, 4.0, 6.0])
def test_syllables_are_counted(rate: float) -> None:
    loudness = spoken(rate)
    assert len(syllable_nuclei(loudness)) == pytest.approx(4 * rate, abs=1)
    assert syllable_rate(loudness)[50] == pytest.approx(rate, abs=0.7)
    assert syllable_rate(loudness)[-30:].max() == 0


def test_small_ripples_are_no_syllables() -> None:
    assert len(syllable_nuclei(spoken(5.0, dip_db=1.0))) == 0


def test_the_band_is_under_half_a_syllable_in_clear_speech_and_wide_in_pauses() -> None:
    loudness = spoken(6.0)
    band = band_frames(loudness, 4.0)
    assert (band[25:75] < 0.5 * 25 / 5.3).all()
    assert (band[-60:] == 4.0).all()
    assert clarity(loudness)[50] == pytest.approx(1.0, abs=0.01)
    assert clarity(loudness)[-1] == 0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), frames=st.integers(1, 200), widest=st.floats(1, 12))
def test_the_band_never_exceeds_what_is_allowed(seed: int, frames: int, widest: float) -> None:
    loudness = np.random.default_rng(seed).uniform(-100, 0, frames)
    band = band_frames(loudness, widest)
    assert band.shape == (frames,)
    assert (band <= widest + 1e-9).all()
    assert (band > 0).all()
