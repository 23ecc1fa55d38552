"""The competitors: each turns embeddings into the source frame to show at each moment of the sound."""

from collections.abc import Callable
from functools import partial

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from liptune.core.options import RetimeOptions
from liptune.core.plan.calibration import scale_of
from liptune.core.plan.clip import Clip
from liptune.core.plan.evidence import evidence
from liptune.core.plan.lines import fit_offset
from liptune.core.plan.plan import plan, request_of

Frames = NDArray[np.float64]
Search = Callable[[Clip, str], Frames]

RADIUS = 3
POOLED_FRAMES = 5
FAR = 4.0


def nothing(clip: Clip, _engine: str) -> Frames:
    """The picture as it is."""
    return np.arange(clip.frames, dtype=np.float64)


def offset_only(clip: Clip, engine: str) -> Frames:
    """The best constant within ±15 frames, always applied."""
    rows = scale_of(engine) * evidence(clip.video, clip.audio, 15)
    return nothing(clip, engine) + fit_offset(rows).line.offset_frames


def argmin(clip: Clip, _engine: str) -> Frames:
    """Each frame on its own: the nearest of ±3, distances averaged over five frames."""
    rows = uniform_filter1d(evidence(clip.video, clip.audio, RADIUS), POOLED_FRAMES, axis=0)
    return np.asarray(np.arange(clip.frames) + (rows.argmax(axis=1) - float(RADIUS)))


def dtw(clip: Clip, _engine: str) -> Frames:
    """Dynamic time warping of the two embeddings (Halperin et al. 2018) in a band of ±3 frames."""
    rows = uniform_filter1d(evidence(clip.video, clip.audio, RADIUS), POOLED_FRAMES, axis=0)
    cost = np.full((clip.frames, clip.frames), np.inf)
    for column in range(2 * RADIUS + 1):
        sound = np.arange(clip.frames)
        picture = sound + column - RADIUS
        inside = (picture >= 0) & (picture < clip.frames)
        cost[sound[inside], picture[inside]] = FAR - rows[inside, column]
    _, pairs = librosa.sequence.dtw(C=cost)
    shown = np.bincount(pairs[:, 0], weights=pairs[:, 1].astype(np.float64))
    return np.asarray(shown / np.bincount(pairs[:, 0]))


def ours(clip: Clip, engine: str, **options: object) -> Frames:
    """What the service does, by default or with some options."""
    found = plan(clip, request_of(RetimeOptions.model_validate({"engine": engine, **options})))
    clock = nothing(clip, engine)
    return clock if found.warp is None else found.warp.source_at(clock / 25) * 25


SEARCHES: dict[str, Search] = {
    "nothing": nothing,
    "offset only": offset_only,
    "argmin ±3": argmin,
    "dtw": dtw,
    "ours": ours,
    "ours, adaptive": partial(ours, adaptive=True),
}
