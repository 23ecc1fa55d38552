import numpy as np
import pytest

from liptune.core.engines.mfcc import mfcc, mfcc_blocks
from tests.core.engines.golden import GOLDEN

WAVE = GOLDEN["wave16"].astype(np.float32) / 32768


def test_cepstra_equal_the_published_code() -> None:
    np.testing.assert_allclose(mfcc(WAVE), GOLDEN["mfcc"], rtol=1e-9, atol=1e-9)


def test_samples_are_rounded_to_16_bits() -> None:
    np.testing.assert_array_equal(mfcc(WAVE + np.float32(0.3 / 32768)), mfcc(WAVE))


@pytest.mark.parametrize("length", [0, 1, 399, 400, 401, 560, 561, 16_000])
def test_there_is_a_column_every_10_ms(length: int) -> None:
    expected = 1 if length <= 400 else 1 + int(np.ceil((length - 400) / 160))
    assert mfcc(np.ones(length, np.float32)).shape == (expected, 13)


@pytest.mark.parametrize("chunk", [1_000, 41_119])
def test_chunks_do_not_change_a_bit(chunk: int) -> None:
    wave = np.random.default_rng(0).uniform(-1, 1, 100_000).astype(np.float32)
    pieces = [wave[at : at + chunk] for at in range(0, len(wave), chunk)]
    np.testing.assert_array_equal(np.concatenate(list(mfcc_blocks(pieces))), mfcc(wave))


def test_silence_is_finite() -> None:
    assert np.isfinite(mfcc(np.zeros(1_000, np.float32))).all()
