"""The mel spectrogram that StableSyncNet was trained on (that of Wav2Lip, Prajwal et al. 2020)."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.framing import Samples, frames_of, padded, pre_emphasis
from liptune.core.engines.mel_filters import mel_filters
from liptune.core.media.types import SAMPLE_RATE

N_FFT = 800
HOP = 200
N_MELS = 80
F_MIN = 55.0
F_MAX = 7600.0
PRE_EMPHASIS = 0.97
AMPLITUDE_FLOOR = 1e-5
REFERENCE_DB = 20.0
FLOOR_DB = -100.0
LIMIT = 4.0
COLUMNS_PER_SECOND = SAMPLE_RATE // HOP


def mel(samples: Samples) -> NDArray[np.float32]:
    """Mel columns of a whole waveform in the range ±1, (80, 1 + N // 200), each value within ±4."""
    return np.concatenate(list(mel_blocks([samples]))).T


def mel_blocks(chunks: Iterable[Samples]) -> Iterator[NDArray[np.float32]]:
    """Yields blocks of mel columns, (n, 80) float32, of 16 kHz chunks of any length in the range ±1."""
    around = N_FFT // 2
    emphasised = pre_emphasis(chunks, PRE_EMPHASIS)
    for frames in frames_of(padded(emphasised, around, lambda _: around), N_FFT, HOP):
        yield _normalised_db(frames)


def _normalised_db(frames: NDArray[np.float64]) -> NDArray[np.float32]:
    filters = mel_filters(N_FFT, N_MELS, F_MIN, F_MAX).astype(np.float64)
    amplitude = np.abs(np.fft.rfft(frames * _hann())) @ filters.T
    decibels = 20 * np.log10(np.maximum(AMPLITUDE_FLOOR, amplitude)) - REFERENCE_DB
    scaled = 2 * LIMIT * (decibels - FLOOR_DB) / -FLOOR_DB - LIMIT
    return np.clip(scaled, -LIMIT, LIMIT).astype(np.float32)


def _hann() -> NDArray[np.float64]:
    """The periodic Hann window."""
    return np.hanning(N_FFT + 1)[:-1]
