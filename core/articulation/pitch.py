"""The fundamental frequency of a voice, from the autocorrelation of its windows."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import SAMPLE_RATE, SAMPLES_PER_FRAME

LOWEST = 65.0
HIGHEST = 450.0
WINDOW = 1024
"""Samples: 64 ms, four periods of the lowest voice."""

VOICED = 0.5
"""Strength of the autocorrelation from which a frame has a voice."""

OCTAVE_COST = 0.02
"""Taken from the strength for each octave below the highest: of equal peaks the shortest period counts."""

BLOCK = 512
_SHORTEST, _LONGEST = int(SAMPLE_RATE / HIGHEST), int(SAMPLE_RATE / LOWEST) + 1


def pitch(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Hz in each frame of 1/25 s, (ceil(S / 640),), 0 where there is no voice, of (S,) samples at 16 kHz.

    The autocorrelation of the window is divided by that of the window's shape (Boersma 1993).
    """
    frames = -(-len(samples) // SAMPLES_PER_FRAME)
    if not frames:
        return np.zeros(0, np.float32)
    around = (WINDOW - SAMPLES_PER_FRAME) // 2
    padded = np.pad(samples, (around, frames * SAMPLES_PER_FRAME - len(samples) + around))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::SAMPLES_PER_FRAME]
    return np.concatenate([_pitch(windows[begin : begin + BLOCK]) for begin in range(0, frames, BLOCK)])


def _pitch(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    shape = np.hanning(WINDOW).astype(np.float32)
    own = _autocorrelation((windows - windows.mean(1, keepdims=True)) * shape)
    relative = own / np.maximum(own[:, :1], 1e-9) / (_autocorrelation(shape[None]) / (shape @ shape))
    lags = np.arange(_SHORTEST, _LONGEST)
    strength = relative[:, lags] - OCTAVE_COST * np.log2(lags / _SHORTEST)
    inner = strength[:, 1:-1]
    peak = (inner >= strength[:, :-2]) & (inner >= strength[:, 2:])
    best = np.where(peak, inner, -1).argmax(1) + 1
    row = np.arange(len(strength))
    before, top, after = (strength[row, best + step] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * top + after, -1e-9)
    period = lags[best] + (0.5 * (before - after) / bend).clip(-0.5, 0.5)
    voiced = peak.any(1) & (relative[row, lags[best]] >= VOICED)
    return np.where(voiced, SAMPLE_RATE / period, 0).astype(np.float32)


def _autocorrelation(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, lags up to the longest)."""
    spectrum = np.fft.rfft(windows, 2 * WINDOW)
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(np.fft.irfft(power)[:, : _LONGEST + 1], np.float32)
