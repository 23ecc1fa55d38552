import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.articulation.pitch import BLOCK, pitch

SECONDS = np.arange(16_000) / 16_000


def voice(hertz: float) -> NDArray[np.float32]:
    """A second of a tone with harmonics that fall by 6 dB an octave."""
    harmonics = np.arange(1, 9)[:, None]
    tones = np.sin(2 * np.pi * hertz * harmonics * SECONDS) / harmonics
    return np.asarray(tones.sum(0), np.float32)


@pytest.mark.parametrize("hertz", [70, 110, 147, 220, 330, 440])
@pytest.mark.parametrize("loud", [1e-3, 0.5])
def test_the_pitch_of_a_tone_is_its_frequency(hertz: float, loud: float) -> None:
    np.testing.assert_allclose(pitch(np.float32(loud) * voice(hertz))[1:-1], hertz, rtol=2e-3)


def test_noise_and_silence_have_none() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 32_000).astype(np.float32)
    assert not pitch(noise).any()
    assert not pitch(np.zeros(32_000, np.float32)).any()


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 1), (640, 1), (641, 2)])
def test_one_value_a_frame(samples: int, frames: int) -> None:
    assert pitch(np.zeros(samples, np.float32)).shape == (frames,)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pitch(voice(100))
    monkeypatch.setattr("liptune.core.articulation.pitch.BLOCK", 7)
    assert BLOCK > 25
    np.testing.assert_allclose(pitch(voice(100)), whole, rtol=1e-5)
