import numpy as np
import pytest

from liptune.core.articulation.prosody import FEATURES, features, prosody_of
from liptune.core.articulation.types import Prosody
from liptune.core.engines.features import log_mel
from tests.core.articulation.test_pitch import voice


def told(samples: np.ndarray) -> Prosody:
    return prosody_of(samples, log_mel(samples))


def test_energy_is_the_level_of_a_tone() -> None:
    tone = (0.1 * np.sin(2 * np.pi * 400 * np.arange(16_000) / 16_000)).astype(np.float32)
    np.testing.assert_allclose(told(tone).energy, 10 * np.log10(0.005), atol=0.01)


def test_noise_that_falls_by_six_decibels_an_octave_is_tilted_so() -> None:
    white = np.random.default_rng(0).normal(size=64_000)
    spectrum = np.fft.rfft(white)
    fallen = np.fft.irfft(spectrum / np.maximum(np.fft.rfftfreq(64_000, 1 / 16_000), 50) * 1000)
    flat, steep = (told((0.1 * each).astype(np.float32)).tilt[1:-1].mean() for each in (white, fallen))
    assert flat == pytest.approx(0, abs=0.5)
    assert steep == pytest.approx(-6, abs=0.5)


def test_the_rate_is_that_of_bursts() -> None:
    bursts = voice(120) * (np.sin(2 * np.pi * 4 * np.arange(16_000) / 16_000) > 0)
    assert np.median(told(np.tile(0.1 * bursts, 4)).rate) == pytest.approx(4, abs=0.6)


def test_features_are_the_same_for_a_higher_louder_voice() -> None:
    shaped = np.interp(np.arange(50), [0, 25, 49], [100, 140, 90]).astype(np.float32)
    level = -30 + 10 * np.sin(np.arange(50) / 4).astype(np.float32)
    tilt, rate = np.linspace(-9, -5, 50, dtype=np.float32), np.full(50, 4, np.float32)
    low, high = Prosody(shaped, level, tilt, rate), Prosody(1.7 * shaped, level + 9, tilt + 2, rate)
    np.testing.assert_allclose(features(low), features(high), atol=1e-5)
    assert features(low).shape == (50, FEATURES)


def test_nothing_has_no_prosody() -> None:
    assert features(told(np.zeros(0, np.float32))).shape == (0, FEATURES)
    assert np.isfinite(features(told(np.zeros(6400, np.float32)))).all()
