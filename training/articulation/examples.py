"""What the network learns from: sound and prosody, and how the face of each clip moves with them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.hearing import heard_in
from liptune.core.articulation.mouth import opening
from liptune.core.articulation.prosody import features
from liptune.core.articulation.speaker import reach, speaker_in
from liptune.core.articulation.types import Prosody
from liptune.core.engines.features import COLUMNS_PER_FRAME
from training.articulation.corpus import Corpus
from training.articulation.offsets import offsets

CURVES = ("f0", "energy", "tilt", "rate")

LEAST_PERCENTILE = 2
CLOSED_SHARE = 0.3
"""Of the way from a person's least to its usual opening."""

OWN_FRAMES = 60.0
"""As many frames of a person's other clips count in a clip's reach as it has itself."""


@dataclass(frozen=True)
class Examples:
    """The clips of a corpus, frame by frame of their sound.

    ``mel``: (4·N, mels). ``prosody``: (N, features). ``moved``: (N, P, 2) from the clip's mean in distances
    between the eyes, at the moment that the sound belongs to. ``known``: (N,) where the face is seen.
    ``closed``: (N,) where the lips are as good as closed. ``means``: (clips, P, 2). ``reach``: (clips,).
    """

    corpus: Corpus
    mel: NDArray[np.float32]
    prosody: NDArray[np.float32]
    moved: NDArray[np.float32]
    known: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    means: NDArray[np.float32]
    reach: NDArray[np.float32]

    def columns(self, clip: int) -> NDArray[np.float32]:
        """The clip's log-mel, (4·T, mels)."""
        frames = self.corpus.frames(clip)
        return self.mel[COLUMNS_PER_FRAME * frames.start : COLUMNS_PER_FRAME * frames.stop]


def examples(corpus: Corpus) -> Examples:
    """Of every clip."""
    heard = [heard_in(corpus.sound(clip)) for clip in range(len(corpus.names))]
    early = offsets(corpus)
    placed = [moments(shapes(corpus.landmarks[corpus.frames(c)]), early[c]) for c in range(len(early))]
    spoken = [speaker_in(each) for each in placed]
    means = np.stack([speaker.mean for speaker in spoken])
    moved = np.concatenate([each - mean for each, mean in zip(placed, means, strict=True)])
    known = np.isfinite(moved).all((1, 2))
    return Examples(
        corpus,
        np.concatenate([each.mel for each in heard]),
        _prosody(corpus, [each.prosody for each in heard]),
        np.where(known[:, None, None], moved, 0).astype(np.float32),
        known,
        _closed(corpus, np.concatenate([opening(each) for each in placed])),
        means,
        _reaches(corpus, np.array([reach(speaker) for speaker in spoken])),
    )


def moments(seen: NDArray[np.float32], early: float) -> NDArray[np.float32]:
    """(T, P, 2) shapes at the moments that each frame of the sound belongs to; NaN where there is none."""
    times = np.arange(len(seen)) + early
    low = np.floor(times).astype(np.int64)
    part = (times - low).astype(np.float32)[:, None, None]
    inside = (low >= 0) & (low + (part[:, 0, 0] > 0) < len(seen))
    before, after = (seen[np.clip(at, 0, len(seen) - 1)] for at in (low, low + 1))
    blended = np.where(part > 0, before + part * (after - before), before)
    return np.where(inside[:, None, None], blended, np.nan).astype(np.float32)


def _prosody(corpus: Corpus, each: list[Prosody]) -> NDArray[np.float32]:
    """(N, features), normalised over all clips of a person."""
    told: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(each)
    for source, person in {*zip(corpus.source.tolist(), corpus.speaker.tolist(), strict=True)}:
        clips = np.flatnonzero((corpus.source == source) & (corpus.speaker == person))
        together = Prosody(
            *(np.concatenate([getattr(each[clip], name) for clip in clips]) for name in CURVES)
        )
        edges = np.cumsum(corpus.length[clips])[:-1]
        for clip, part in zip(clips, np.split(features(together), edges), strict=True):
            told[clip] = part
    return np.concatenate(told)


def _closed(corpus: Corpus, openings: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(N,) where lips are less open than is usual, by a person's own measure: points of lips that touch are
    some way apart, by another way for each face, and points of brief closures are smoothed."""
    closed = np.zeros(len(openings), np.bool_)
    owner = np.repeat(corpus.source * (corpus.speaker.max() + 1) + corpus.speaker, corpus.length)
    for person in np.unique(owner):
        own = owner == person
        if np.isfinite(openings[own]).any():
            least, usual = np.nanpercentile(openings[own], (LEAST_PERCENTILE, 50))
            closed[own] = openings[own] < least + CLOSED_SHARE * (usual - least)
    return closed


def _reaches(corpus: Corpus, own: NDArray[np.float64]) -> NDArray[np.float32]:
    """(clips,), a clip's own and that of the person's other clips together."""
    blended = np.empty(len(own))
    for clip in range(len(own)):
        others = (corpus.speaker == corpus.speaker[clip]) & (corpus.source == corpus.source[clip])
        weight = corpus.length[clip] / (corpus.length[clip] + OWN_FRAMES)
        usual = np.average(np.square(own[others]), weights=corpus.length[others])
        blended[clip] = np.sqrt(weight * own[clip] ** 2 + (1 - weight) * usual)
    return blended.astype(np.float32)
