import numpy as np
import pytest

from liptune.core.engines.mel import mel, mel_blocks
from tests.core.engines.golden import GOLDEN


def test_columns_equal_the_published_code() -> None:
    wave = GOLDEN["wave16"].astype(np.float32) / 32768
    np.testing.assert_allclose(mel(wave), GOLDEN["mel"], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("length", [0, 1, 199, 200, 16_000])
def test_there_are_80_columns_a_second(length: int) -> None:
    assert mel(np.ones(length, np.float32)).shape == (80, 1 + length // 200)


@pytest.mark.parametrize("chunk", [777, 52_001])
def test_chunks_do_not_change_a_bit(chunk: int) -> None:
    wave = np.random.default_rng(0).uniform(-1, 1, 120_000).astype(np.float32)
    pieces = [wave[at : at + chunk] for at in range(0, len(wave), chunk)]
    np.testing.assert_array_equal(np.concatenate(list(mel_blocks(pieces)), axis=0).T, mel(wave))


def test_silence_is_the_lower_limit_and_noise_stays_within() -> None:
    np.testing.assert_array_equal(mel(np.zeros(8_000, np.float32)), -4)
    assert np.abs(mel(np.random.default_rng(0).uniform(-1, 1, 8_000).astype(np.float32))).max() <= 4
