"""The 13 cepstra that SyncNet v2 was trained on (those of python_speech_features, Lyons 2013)."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from liptune.core.engines.framing import Samples, frames_of, padded, pre_emphasis
from liptune.core.media.types import SAMPLE_RATE

WINDOW = 400
HOP = 160
N_FFT = 512
N_FILTERS = 26
N_CEPSTRA = 13
LIFTER = 22
PRE_EMPHASIS = 0.97
INT16_SCALE = 32768.0
COLUMNS_PER_SECOND = SAMPLE_RATE // HOP


def mfcc(samples: Samples) -> NDArray[np.float64]:
    """Cepstra of a whole waveform in the range ±1, (1 + ceil((N - 400) / 160), 13)."""
    return np.concatenate(list(mfcc_blocks([samples])))


def mfcc_blocks(chunks: Iterable[Samples]) -> Iterator[NDArray[np.float64]]:
    """Yields blocks of cepstra, (n, 13), of 16 kHz chunks of any length in the range ±1.

    The published code reads 16-bit files, so the samples are rounded to 16 bits first.
    """
    emphasised = pre_emphasis((_int16(chunk) for chunk in chunks), PRE_EMPHASIS)
    for frames in frames_of(padded(emphasised, 0, _tail), WINDOW, HOP):
        yield _cepstra(frames)


def _int16(samples: NDArray[Any]) -> NDArray[np.float64]:
    scaled = np.rint(np.asarray(samples, np.float64) * INT16_SCALE)
    return np.clip(scaled, -INT16_SCALE, INT16_SCALE - 1)


def _tail(samples: int) -> int:
    """Zeros that complete the last frame."""
    return -(samples - WINDOW) % HOP if samples > WINDOW else WINDOW - samples


def _cepstra(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    power = np.abs(np.fft.rfft(frames, N_FFT)) ** 2 / N_FFT
    energies = _nonzero(power @ _mel_filters().T)
    cepstra = dct(np.log(energies), type=2, axis=1, norm="ortho")[:, :N_CEPSTRA]
    cepstra = cepstra * (1 + LIFTER / 2 * np.sin(np.pi * np.arange(N_CEPSTRA) / LIFTER))
    cepstra[:, 0] = np.log(_nonzero(power.sum(axis=1)))
    return np.asarray(cepstra, np.float64)


def _nonzero(energies: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(energies == 0, np.finfo(np.float64).eps, energies)


@cache
def _mel_filters() -> NDArray[np.float64]:
    """Triangles between whole FFT bins, equally spaced in mel over 0 … 8000 Hz, (26, 257)."""
    mels = np.linspace(0.0, 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700), N_FILTERS + 2)
    hertz = 700 * (10 ** (mels / 2595) - 1)
    edges = np.floor((N_FFT + 1) * hertz / SAMPLE_RATE)
    bins = np.arange(N_FFT // 2 + 1)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = np.where((bins >= left) & (bins < centre), (bins - left) / (centre - left), 0.0)
    falling = np.where((bins >= centre) & (bins < right), (right - bins) / (right - centre), 0.0)
    return rising + falling
