import numpy as np
import pytest
from librosa import filters

from liptune.core.engines.features import (
    F_MAX,
    F_MIN,
    HOP,
    N_FFT,
    N_MELS,
    POWER_FLOOR,
    WINDOW,
    log_mel,
    log_mel_blocks,
)


def speech(seconds: float) -> np.ndarray:
    return (0.1 * np.random.default_rng(3).standard_normal(round(16_000 * seconds))).astype(np.float32)


@pytest.mark.parametrize(("samples", "columns"), [(0, 0), (1, 4), (640, 4), (641, 8), (41_000, 260)])
def test_four_columns_for_every_frame_begun(samples: int, columns: int) -> None:
    assert log_mel(np.zeros(samples, np.float32)).shape == (columns, N_MELS)


def test_a_column_is_the_mel_spectrum_of_the_samples_around_it() -> None:
    samples = speech(1.0)
    column = 37
    start = column * HOP - (WINDOW - HOP) // 2
    windowed = samples[start : start + WINDOW] * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW))
    power = np.abs(np.fft.rfft(windowed, N_FFT)) ** 2
    bands = filters.mel(sr=16_000, n_fft=N_FFT, n_mels=N_MELS, fmin=F_MIN, fmax=F_MAX) @ power
    np.testing.assert_allclose(log_mel(samples)[column], np.log(bands + POWER_FLOOR), atol=1e-4)


def test_chunks_change_no_bit() -> None:
    samples = speech(6.03)
    chunked = np.concatenate(list(log_mel_blocks(np.split(samples, [1, 900, 50_001, 50_002]))))
    assert np.array_equal(chunked, log_mel(samples))


def test_a_click_lights_up_the_frame_it_is_in() -> None:
    samples = np.zeros(16_000, np.float32)
    samples[10 * 640 + 320] = 1.0
    loud = np.flatnonzero(log_mel(samples).mean(1) > np.log(POWER_FLOOR) + 0.1)
    assert loud.mean() == pytest.approx(4 * 10 + 1.5, abs=0.51)
