"""Offset, LSE-D and LSE-C of a face track exactly as the published code computes them."""

from dataclasses import dataclass

import numpy as np

from liptune.core.sync.band import Floats, distance_band
from liptune.core.sync.types import BAND_RADIUS


@dataclass(frozen=True)
class PublishedScores:
    """``offset_frames``: positive where the audio is early. ``windows``: moments that were averaged."""

    offset_frames: int
    lse_d: float
    lse_c: float
    windows: int


def published_scores(video: Floats, audio: Floats, radius: int = BAND_RADIUS) -> PublishedScores | None:
    """Offset, LSE-D and LSE-C of SyncNet's published code (Chung & Zisserman 2016; Prajwal et al. 2020).

    ``video``, ``audio``: (n, D), (m, D) from the same frame on. Only the span that both have counts;
    beyond its ends the sound is zeros, which enter the means: LSE-C depends on the length. None where
    the span is empty or has a gap.
    """
    frames = min(len(video), len(audio))
    video, audio = video[:frames], audio[:frames]
    both = np.isfinite(video).all(axis=1) & np.isfinite(audio).all(axis=1)
    rows = np.flatnonzero(both)
    if not len(rows) or rows[-1] - rows[0] + 1 != len(rows):
        return None
    band = distance_band(video[rows], audio[rows], radius=radius, form="parity")
    means = band.values.mean(axis=0, dtype=np.float64)
    least = float(means.min())
    # torch.median, which the published code takes, is the lower middle; the band's odd width makes them one.
    return PublishedScores(radius - int(means.argmin()), least, float(np.median(means)) - least, len(rows))
