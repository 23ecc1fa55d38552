"""Rate and clarity of speech from its loudness, which bound how far an adaptive path may go at each frame."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from liptune.core.media.types import ANALYSIS_FPS

DIP_DB = 2.0
SPEECH_DB = 25.0
SURELY_SPEECH_DB = 10.0
WINDOW_FRAMES = 38
HALF_SYLLABLE = 0.45
LOUDEST_PERCENTILE = 95


def syllable_nuclei(loudness: NDArray[np.floating]) -> NDArray[np.int64]:
    """Frames at which a syllable is loudest: peaks with a dip of 2 dB to either side, within 25 dB of the
    loudest speech (de Jong & Wempe 2009).

    ``loudness``: (T,) dB of each analysis frame.
    """
    from scipy.signal import find_peaks  # noqa: PLC0415  (half a second, where it is asked for)

    peaks, _ = find_peaks(loudness, prominence=DIP_DB, height=_loudest(loudness) - SPEECH_DB)
    return np.asarray(peaks, np.int64)


def syllable_rate(loudness: NDArray[np.floating]) -> NDArray[np.float64]:
    """Syllables a second around each frame, (T,)."""
    nuclei = np.zeros(len(loudness))
    nuclei[syllable_nuclei(loudness)] = ANALYSIS_FPS
    return np.asarray(uniform_filter1d(nuclei, WINDOW_FRAMES, mode="nearest"))


def clarity(loudness: NDArray[np.floating]) -> NDArray[np.float64]:
    """How surely each frame is speech and not a pause, 0 … 1, (T,)."""
    above = loudness - (_loudest(loudness) - SPEECH_DB)
    return np.asarray(np.clip(above / (SPEECH_DB - SURELY_SPEECH_DB), 0.0, 1.0), np.float64)


def band_frames(loudness: NDArray[np.floating], widest: float) -> NDArray[np.float64]:
    """How far the picture may be displaced at each frame, (T,): under half a syllable in clear speech."""
    rate = np.maximum(syllable_rate(loudness), 1e-6)
    narrow = np.minimum(HALF_SYLLABLE * ANALYSIS_FPS / rate, widest)
    return widest - clarity(loudness) * (widest - narrow)


def _loudest(loudness: NDArray[np.floating]) -> float:
    return float(np.percentile(loudness, LOUDEST_PERCENTILE))
