"""The lips that speak against the sound: one band for the clip, and what it is with other sound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.active import NOBODY, Speaker, compose
from liptune.core.sync.band import Floats, distance_band
from liptune.core.sync.evidence import evidence
from liptune.core.sync.types import DistanceBand


@dataclass(frozen=True)
class Face:
    """Embeddings of one face from clip frame ``first`` on, (n, D), NaN where there are none.

    ``centres``: (n,) the lag that its sound is looked for around; None: 0.
    """

    first: int
    embeddings: Floats
    centres: NDArray[np.int64] | None = None

    @property
    def span(self) -> slice:
        """The clip's frames that it is on."""
        return slice(self.first, self.first + len(self.embeddings))


@dataclass(frozen=True)
class Reading:
    """``band``: over all ``frames`` of the clip, of the face that speaks there: ``speaker``, (frames,).

    Where there is no sound to tell, the speaker is whoever is seen.
    """

    faces: tuple[Face, ...]
    audio: Floats
    frames: int
    band: DistanceBand
    speaker: Speaker

    def rows(self, begin: int, end: int) -> NDArray[np.float32]:
        """Embeddings of whoever speaks at the frames begin … end - 1, (n, D); NaN where nobody does."""
        found = np.full((end - begin, self.audio.shape[1]), np.nan, np.float32)
        for index in self._seen_between(begin, end):
            face = self.faces[index]
            low, high = max(begin, face.span.start), min(end, face.span.stop)
            here = np.arange(low, high)[self.speaker[low:high] == index]
            found[here - begin] = face.embeddings[here - face.first]
        return found

    def _seen_between(self, begin: int, end: int) -> list[int]:
        """Which faces are on screen then; a film has a thousand that are not."""
        starts, stops = self._edges
        return np.flatnonzero((starts < end) & (stops > begin)).tolist()

    @cached_property
    def _edges(self) -> NDArray[np.int64]:
        spans = [(each.span.start, each.span.stop) for each in self.faces]
        return np.array(spans, np.int64).reshape(-1, 2).T

    def centred_on(self, centres: NDArray[np.int64]) -> "Reading":
        """The same speaker at each frame, in a band that goes along ``centres``, (frames,)."""
        if self.band.centres is not None and np.array_equal(centres, self.band.centres):
            return self
        faces = tuple(replace(face, centres=centres[face.span]) for face in self.faces)
        values = np.full_like(self.band.values, np.nan)
        for index, face in enumerate(faces):
            speaks = self.speaker[face.span] == index
            values[face.span][speaks] = _band(face, self.audio).values[speaks]
        return replace(self, faces=faces, band=replace(self.band, values=values, centres=centres))

    def evidence(self) -> NDArray[np.float32]:
        """What the band says, (frames, shifts)."""
        return evidence(self.band.values, self.band.centres)

    def mismatched(self) -> NDArray[np.float32]:
        """Distance of each frame's speaker to the sound half a clip away, (frames,)."""
        half = len(self.audio) // 2
        found = np.full(self.frames, np.nan, np.float32)
        for index, face in enumerate(self.faces):
            distances = distance_band(face.embeddings, self.audio, first=face.first, radius=0, turn=half)
            speaks = self.speaker[face.span] == index
            found[face.span] = np.where(speaks, distances.values[:, 0], found[face.span])
        return found


def read(faces: Sequence[Face], audio: Floats, frames: int) -> Reading | None:
    """The band of the face that speaks at each moment; None where no moment has both a face and sound."""
    if not faces:
        return None
    band, speaker = compose([_band(face, audio) for face in faces], frames)
    if not (speaker != NOBODY).any():
        return None
    return Reading(tuple(faces), audio, frames, band, _whoever_is_seen(speaker, faces))


def _whoever_is_seen(speaker: Speaker, faces: Sequence[Face]) -> Speaker:
    filled = speaker.copy()
    for index, face in enumerate(faces):
        here = filled[face.span]
        here[(here == NOBODY) & np.isfinite(face.embeddings).all(axis=1)] = index
    return filled


def _band(face: Face, audio: Floats) -> DistanceBand:
    return distance_band(face.embeddings, audio, first=face.first, centres=face.centres)
