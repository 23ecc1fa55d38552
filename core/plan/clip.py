"""The input of planning: the speaker's and the sound's embeddings, (T, D) each, on one clock."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.media.decibels import SILENCE_DBFS
from liptune.core.sync.band import Floats
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.timeline.types import Timeline


@dataclass(frozen=True)
class Clip:
    """The active speaker's embeddings and the sound's, on one clock of T analysis frames.

    ``video``, ``audio``: (T, D), NaN where missing. ``cuts``: first frames of all shots but the first.
    ``timeline``: its stretches, as measured. ``loudness``: (T,) dB of the sound, None where it is not known.
    """

    video: Floats
    audio: Floats
    cuts: NDArray[np.int64]
    timeline: Timeline
    loudness: NDArray[np.floating] | None = None

    @property
    def frames(self) -> int:
        """T."""
        return len(self.video)

    @property
    def evident(self) -> bool:
        """Whether lips and sound agree anywhere by more than chance."""
        return bool(self.timeline.evident)

    @property
    def seen(self) -> int:
        """Frames with the speaker's lips."""
        return int(np.isfinite(self.video).all(axis=1).sum())


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
    loudness = _fitted(analysis.loudness, analysis.frames)
    return Clip(video, analysis.audio, analysis.cuts, scored.timeline, loudness)


def _fitted(loudness: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Silence where the sound ends before the picture."""
    heard = loudness[:frames]
    return np.pad(heard, (0, frames - len(heard)), constant_values=SILENCE_DBFS)
