"""The lips against their own sound moved round in a circle, many times: what the null is scored on.

Of a clip of a minute or so all distances of its lips to its sound are taken at once, and each turn picks its
own; a longer one has more of them than its turns would pick, and each turn takes those that it needs.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.active import compose
from liptune.core.sync.band import Floats, distance_band, distances
from liptune.core.sync.evidence import evidence
from liptune.core.sync.null import Scorer
from liptune.core.sync.reading import Face
from liptune.core.sync.types import BAND_RADIUS, DistanceBand

MOST_PAIRS = 4_000_000
"""Of lips and sound, whose distances are kept: 16 MB."""


def turning(faces: Sequence[Face], audio: Floats) -> Scorer:
    """What gives the evidence of the faces, (n, shifts), with their sound moved round by so many frames.

    From the first frame that any of them is on to the last. Who speaks is chosen again each time. There are
    pairs only where the sound in its place has them.
    """
    first = min(each.span.start for each in faces)
    frames = max(each.span.stop for each in faces) - first
    turned = _Turned if sum(len(each.embeddings) for each in faces) * len(audio) > MOST_PAIRS else _Table
    heard = np.asarray(np.isfinite(audio).all(axis=1))
    bands = [turned(each, audio, heard) for each in faces]

    def scored(turn: int) -> NDArray[np.float32]:
        others = [
            DistanceBand(face.first - first, band(turn), BAND_RADIUS, face.centres)
            for face, band in zip(faces, bands, strict=True)
        ]
        composed, _ = compose(others, frames)
        return evidence(composed.values, composed.centres)

    return scored


class _Turned:
    """The values of a face's band, from its embeddings each time. ``heard``: where there is sound, (Ta,)."""

    def __init__(self, face: Face, audio: Floats, heard: NDArray[np.bool_]) -> None:
        self._face, self._audio = face, audio
        self._at = _moments_of_sound(face)
        self._paired = _paired(face, heard, self._at)

    def __call__(self, turn: int) -> NDArray[np.float32]:
        values = self._values(turn)
        values[~self._paired] = np.nan
        return values

    def _values(self, turn: int) -> NDArray[np.float32]:
        face = self._face
        return distance_band(
            face.embeddings, self._audio, first=face.first, turn=turn, centres=face.centres
        ).values


class _Table(_Turned):
    """The same, from the distances to all of the sound."""

    def __init__(self, face: Face, audio: Floats, heard: NDArray[np.bool_]) -> None:
        super().__init__(face, audio, heard)
        self._distances = distances(face.embeddings, audio)
        self._row = len(audio) * np.arange(len(face.embeddings))[:, None]

    def _values(self, turn: int) -> NDArray[np.float32]:
        column = (self._at - turn) % max(self._distances.shape[1], 1)
        return np.asarray(self._distances.take(self._row + column))


def _moments_of_sound(face: Face) -> NDArray[np.int64]:
    """Which frame of the sound each place of a face's band is of, (n, shifts)."""
    lags = np.arange(-BAND_RADIUS, BAND_RADIUS + 1) + (0 if face.centres is None else face.centres[:, None])
    return np.asarray(np.arange(face.span.start, face.span.stop)[:, None] + lags)


def _paired(face: Face, heard: NDArray[np.bool_], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the band of the sound in its place has pairs, (n, shifts)."""
    inside = (at >= 0) & (at < len(heard))
    seen = np.asarray(np.isfinite(face.embeddings).all(axis=1))
    return np.asarray(inside & seen[:, None] & heard.take(at, mode="clip"))
