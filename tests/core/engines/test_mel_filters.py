import numpy as np
import pytest
from librosa.filters import mel

from liptune.core.engines.mel_filters import mel_filters


@pytest.mark.parametrize(
    ("n_fft", "count", "lowest", "highest"), [(512, 64, 50.0, 7600.0), (800, 80, 55.0, 7600.0)]
)
def test_the_filters_are_librosas(n_fft: int, count: int, lowest: float, highest: float) -> None:
    expected = mel(sr=16_000, n_fft=n_fft, n_mels=count, fmin=lowest, fmax=highest)
    found = mel_filters(n_fft, count, lowest, highest)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
