"""The active speaker's lips beside the sound, on the clip's own clock."""

import numpy as np
from numpy.typing import NDArray

from core.analysis import Analysis
from core.analysis.loudness import SILENCE_DBFS
from core.retime.clip import Clip
from core.sync.clip import ClipScore
from core.sync.types import Verdict


def clip_of(analysis: Analysis, scored: ClipScore) -> Clip:
    """Joins the faces that were found to speak, each where it speaks; NaN elsewhere."""
    by_track = {each.track.index: each for each in analysis.tracks}
    width = analysis.audio.shape[1]
    video = np.full((analysis.frames, width), np.nan, np.float32)
    for index, face in enumerate(scored.faces):
        track = by_track[face.track.index]
        at = np.flatnonzero(scored.speaker.speaker == index)
        at = at[(at >= track.track.first) & (at < track.track.first + len(track.embeddings))]
        video[at] = track.embeddings[at - track.track.first]
    evident = scored.speaker.score.verdict is not Verdict.NO_EVIDENCE
    return Clip(video, analysis.audio, analysis.cuts, evident, _fitted(analysis.loudness, analysis.frames))


def _fitted(loudness: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Silence where the sound ends before the picture."""
    heard = loudness[:frames]
    return np.pad(heard, (0, frames - len(heard)), constant_values=SILENCE_DBFS)
