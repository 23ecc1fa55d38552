"""Log-mel frames of speech, computed as the samples arrive."""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.media.types import SAMPLE_RATE, SAMPLES_PER_FRAME

N_FFT = 512
WINDOW = 400
HOP = 160
N_MELS = 64
F_MIN = 50.0
F_MAX = 7600.0
POWER_FLOOR = 1e-5
COLUMNS_PER_FRAME = SAMPLES_PER_FRAME // HOP
LEAD = (WINDOW - HOP) // 2
BLOCK_FRAMES = 64
_BLOCK_SAMPLES = BLOCK_FRAMES * SAMPLES_PER_FRAME


@cache
def mel_filters() -> NDArray[np.float32]:
    """Slaney-style mel filters, (N_FFT // 2 + 1, N_MELS)."""
    from librosa.filters import mel  # noqa: PLC0415  (importing librosa takes a second)

    filters: NDArray[np.float32] = mel(sr=SAMPLE_RATE, n_fft=N_FFT, n_mels=N_MELS, fmin=F_MIN, fmax=F_MAX).T
    return np.ascontiguousarray(filters, dtype=np.float32)


def log_mel_blocks(chunks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Turns 16 kHz mono chunks of any length into blocks of log-mel columns, (4·B, N_MELS) float32.

    Columns 4t … 4t+3 are centred within analysis frame t; their number is 4·ceil(samples / 640). Every block
    but the last holds ``BLOCK_FRAMES`` frames whatever the chunks, so the numbers do not depend on them.
    """
    pending = np.zeros(LEAD, np.float32)
    samples = 0
    for chunk in chunks:
        samples += len(chunk)
        pending = np.concatenate([pending, chunk])
        while len(pending) >= _BLOCK_SAMPLES + 2 * LEAD:
            yield _log_mel(pending[: _BLOCK_SAMPLES + 2 * LEAD])
            pending = pending[_BLOCK_SAMPLES:]
    missing = -samples % SAMPLES_PER_FRAME + LEAD
    rest = np.concatenate([pending, np.zeros(missing, np.float32)])
    while len(rest) > 2 * LEAD:
        block = rest[: _BLOCK_SAMPLES + 2 * LEAD]
        columns = (len(block) - 2 * LEAD) // HOP
        filled = np.zeros(_BLOCK_SAMPLES + 2 * LEAD, np.float32)
        filled[: len(block)] = block
        yield _log_mel(filled)[:columns]
        rest = rest[_BLOCK_SAMPLES:]


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-mel columns of a whole waveform, (4·ceil(samples / 640), N_MELS)."""
    blocks = list(log_mel_blocks([samples]))
    return np.concatenate(blocks) if blocks else np.zeros((0, N_MELS), np.float32)


def _log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Natural logarithm of the Hann-windowed power spectrum in mel bands."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    spectrum = np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1].astype(np.float32), N_FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    log_power: NDArray[np.float32] = np.log(power @ mel_filters() + np.float32(POWER_FLOOR))
    return log_power
