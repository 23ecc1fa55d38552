"""A clip's sound with its time bent by a known amount, its pitch kept."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile

from liptune.core.media.types import ANALYSIS_FPS, SAMPLE_RATE

WINDOW = 512
HOP = WINDOW // 2
SEARCH = 160
"""Samples either way in which the best continuation is looked for: a period of a low voice."""

Samples = NDArray[np.float32]


def bent(samples: Samples, heard: NDArray[np.float64]) -> Samples:
    """The sound whose analysis frame t plays the moment ``heard[t]``, in frames, by WSOLA.

    Verhelst and Roelands (1993): windows are taken from where the time map says, each moved to where it
    continues the one before best, and overlapped.
    """
    centres = np.arange(0, len(samples), HOP)
    frames = centres * ANALYSIS_FPS / SAMPLE_RATE
    wanted = np.interp(frames, np.arange(len(heard)), heard) * SAMPLE_RATE / ANALYSIS_FPS
    pad = WINDOW + SEARCH
    source = np.pad(samples, (pad, 2 * pad))
    made = np.zeros(len(samples) + 2 * WINDOW, np.float32)
    window = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
    follows = None
    for centre, want in zip(centres, np.clip(np.rint(wanted), 0, len(samples) - 1).astype(int), strict=True):
        begin = want + pad - HOP
        if follows is not None:
            around = source[begin - SEARCH : begin + SEARCH + WINDOW]
            begin += int(np.correlate(around, source[follows : follows + WINDOW]).argmax()) - SEARCH
        made[centre : centre + WINDOW] += window * source[begin : begin + WINDOW]
        follows = min(begin + HOP, len(source) - WINDOW)
    return made[HOP : HOP + len(samples)]


def write(samples: Samples, path: Path) -> Path:
    """Writes 16 kHz mono."""
    wavfile.write(path, SAMPLE_RATE, np.clip(samples * 32767, -32768, 32767).astype(np.int16))
    return path
