"""The competitors: each says how early the sound is at every frame of the picture."""

from collections.abc import Callable
from dataclasses import dataclass

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.band import distance_band
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.evidence import evidence
from liptune.core.sync.profile import profile
from liptune.core.sync.score import Face, score_faces
from liptune.core.sync.timeline.lags import NO_CUTS
from liptune.core.sync.timeline.types import Timeline

REACH = 5 * ANALYSIS_FPS
WINDOW_FRAMES = 50

Rows = NDArray[np.float32]
Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """``offsets``: (T,) seconds, positive for early; NaN where nothing is claimed. ``timeline``: of ours."""

    offsets: Seconds
    timeline: Timeline | None = None


Rival = Callable[[Rows, Rows, NDArray[np.int64], Calibration], Answer]
"""From a picture, its sound, and the frames that begin a shot."""


def constant(video: Rows, audio: Rows, _cuts: NDArray[np.int64], _calibration: Calibration) -> Answer:
    """One offset up to ±0.6 s for the whole clip: what Liptune said before it had stretches."""
    frames = profile(evidence(distance_band(video, audio).values)).offset_frames
    return Answer(np.full(len(video), frames / ANALYSIS_FPS))


def sliding(video: Rows, audio: Rows, _cuts: NDArray[np.int64], _calibration: Calibration) -> Answer:
    """The nearest lag of every window of two seconds, up to ±5 s."""
    reach = min(REACH, len(video))
    values = distance_band(video, audio, radius=reach).values
    here = np.isfinite(values)
    sums = uniform_filter1d(np.where(here, values, 0).astype(np.float64), WINDOW_FRAMES, axis=0)
    share = uniform_filter1d(here.astype(np.float64), WINDOW_FRAMES, axis=0)
    means = np.where(share > 0.5, sums / np.maximum(share, 1e-9), np.inf)
    return Answer((reach - means.argmin(axis=1)) / ANALYSIS_FPS)


def dtw(video: Rows, audio: Rows, _cuts: NDArray[np.int64], _calibration: Calibration) -> Answer:
    """Dynamic time warping of the two embeddings (Halperin et al. 2018), up to ±5 s, by librosa."""
    values = distance_band(video, audio, radius=REACH).values
    cost = np.full((len(video), len(audio)), np.inf)
    for row in range(len(video)):
        low, high = max(row - REACH, 0), min(row + REACH + 1, len(audio))
        cost[row, low:high] = values[row, low - row + REACH : high - row + REACH]
    _, pairs = librosa.sequence.dtw(C=cost)
    heard = np.bincount(pairs[:, 0], weights=pairs[:, 1].astype(np.float64)) / np.bincount(pairs[:, 0])
    return Answer((np.arange(len(video)) - heard) / ANALYSIS_FPS)


def ours(video: Rows, audio: Rows, cuts: NDArray[np.int64], calibration: Calibration) -> Answer:
    """The measured timeline."""
    scored = score_faces([Face(0, video)], audio, len(video), calibration, cuts=cuts)
    offsets = np.full(len(video), np.nan)
    if scored is None:
        return Answer(offsets)
    seconds = (np.arange(len(video)) + 0.5) / ANALYSIS_FPS
    for stretch in scored.timeline.evident:
        inside = (seconds >= stretch.start_seconds) & (seconds < stretch.end_seconds)
        offsets[inside] = np.asarray(stretch.offset_ms_at(seconds[inside])) / 1000
    return Answer(offsets, scored.timeline)


def blind(video: Rows, audio: Rows, _cuts: NDArray[np.int64], calibration: Calibration) -> Answer:
    """Ours, of a picture without a cut: what knowing them brings."""
    return ours(video, audio, NO_CUTS, calibration)


RIVALS: dict[str, Rival] = {
    "constant ±0.6 s": constant,
    "sliding argmin": sliding,
    "dtw": dtw,
    "ours, cuts unknown": blind,
    "ours": ours,
}
