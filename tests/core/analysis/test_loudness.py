import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.analysis.loudness import LoudnessMeter
from liptune.core.media.decibels import SILENCE_DBFS


@given(st.lists(st.integers(0, 2000), max_size=8), st.integers(0, 2**32 - 1))
def test_it_is_the_rms_of_each_frame_however_the_sound_comes(lengths: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).normal(0, 0.1, sum(lengths)).astype(np.float32)
    chunks = np.split(sound, np.cumsum(lengths)[:-1]) if lengths else []
    meter = LoudnessMeter()
    passed = list(meter.through(chunks))
    frames = [sound[at : at + 640] for at in range(0, len(sound), 640)]
    expected = [10 * np.log10(max((np.square(f.astype(float)).sum() / 640), 1e-10)) for f in frames]
    np.testing.assert_allclose(meter.levels(), expected, atol=1e-3)
    np.testing.assert_array_equal(np.concatenate([*passed, np.zeros(0)]), sound)


@pytest.mark.parametrize(("amplitude", "level"), [(1.0, 0.0), (0.1, -20.0), (0.0, SILENCE_DBFS)])
def test_levels_by_hand(amplitude: float, level: float) -> None:
    meter = LoudnessMeter()
    list(meter.through([np.full(640, amplitude, np.float32)]))
    assert meter.levels() == pytest.approx([level], abs=1e-4)
