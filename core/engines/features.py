"""Log-mel frames of speech, computed as the samples arrive."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.mel_filters import mel_filters
from liptune.core.media.types import SAMPLES_PER_FRAME

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
    filters = np.ascontiguousarray(mel_filters(N_FFT, N_MELS, F_MIN, F_MAX).T)
    log_power: NDArray[np.float32] = np.log(power @ filters + np.float32(POWER_FLOOR))
    return log_power
