import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.articulation.loudness import PAUSE_FRAMES, TARGET_DBFS, gain, speaking


def energy(*spans: tuple[int, float]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, np.float32), *(np.full(n, level, np.float32) for n, level in spans)])


def test_gain_brings_speech_to_one_level() -> None:
    for level in (-50.0, -20.0, -3.0):
        assert level + 20 * np.log10(gain(energy((50, level)))) == pytest.approx(TARGET_DBFS, abs=1e-3)


@pytest.mark.parametrize("level", [-100.0, -61.0])
def test_silence_is_not_made_loud(level: float) -> None:
    assert gain(energy((50, level))) == 1
    assert not speaking(energy((50, level))).any()


@pytest.mark.parametrize("shift", [-20, 0, 15])
def test_pauses_are_those_that_last(shift: float) -> None:
    short, long = PAUSE_FRAMES - 1, PAUSE_FRAMES
    heard = energy((10, -20), (short, -70), (10, -25), (long, -70), (10, -20)) + np.float32(shift)
    expected = np.ones(len(heard), np.bool_)
    expected[20 + short : 20 + short + long] = False
    np.testing.assert_array_equal(speaking(heard), expected)


def test_a_click_ends_no_pause() -> None:
    assert not speaking(energy((20, -20), (10, -80), (1, -20), (10, -80)))[20:].any()


def test_nothing_does_not_speak() -> None:
    assert speaking(energy()).shape == (0,)
    assert gain(energy()) == 1
