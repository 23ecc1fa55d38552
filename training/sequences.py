"""Held-out clips laid end to end and shown in the order of known smooth warps: what retiming is fitted on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.retiming.warps import smooth, still
from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.band import distance_band
from liptune.core.sync.evidence import evidence
from liptune.core.sync.profile import profile
from liptune.core.sync.types import BAND_RADIUS
from training.corpus import Corpus
from training.network.ensemble import LiteEnsemble

FRAME_MS = 1000 / ANALYSIS_FPS
WARPS = (still, smooth(3, 1.2, 6), smooth(3, 2.4, 12))
CLIPS_A_SEQUENCE = (2, 7)
FEWEST_CLIPS = 15
WIDEST_SPREAD_FRAMES = 0.9
SEED = 3


@dataclass(frozen=True)
class Tampered:
    """``shown``: (T,) the moment that each frame shows. ``video``, ``audio``: (T, D) embeddings."""

    shown: NDArray[np.float64]
    video: NDArray[np.float32]
    audio: NDArray[np.float32]

    @cached_property
    def clock(self) -> NDArray[np.float64]:
        """(T,) what each frame should show."""
        return np.arange(len(self.shown), dtype=np.float64)

    @property
    def warped(self) -> bool:
        """Whether it was tampered with at all."""
        return not np.array_equal(self.shown, self.clock)

    def residual_ms(self, displacements: NDArray[np.float64]) -> float:
        """What is left when a path is followed, mean and absolute."""
        found = self.clock + displacements
        return float(np.abs(np.interp(found, self.clock, self.shown) - self.clock).mean() * FRAME_MS)


@dataclass(frozen=True)
class Speaker:
    """Somebody whose clips agree on ``offset``, by how many frames their sound is early."""

    clips: NDArray[np.int64]
    offset: float


def speakers(network: LiteEnsemble, corpus: Corpus, clips: NDArray[np.int64]) -> list[Speaker]:
    """Those with enough clips that agree.

    A sequence of clips that do not would be one with jumps, and to find these is no false alarm.
    """
    found = []
    for person in np.unique(corpus.speaker[clips]):
        own = clips[corpus.speaker[clips] == person]
        offsets = [own_offset(network, corpus, int(clip)) for clip in own]
        if len(own) >= FEWEST_CLIPS and np.std(offsets) <= WIDEST_SPREAD_FRAMES:
            found.append(Speaker(own, float(np.median(offsets))))
    return found


def own_offset(network: LiteEnsemble, corpus: Corpus, clip: int) -> float:
    """By how many frames the clip's sound is early, as the engine sees it."""
    frames = corpus.first[clip] + np.arange(corpus.length[clip])
    heard = heard_by(network, corpus.columns(clip))
    band = distance_band(seen_by(network, corpus, frames), heard, radius=BAND_RADIUS)
    return profile(evidence(band.values)).offset_frames


def sequences(network: LiteEnsemble, corpus: Corpus, people: list[Speaker], count: int) -> Iterator[Tampered]:
    """``count`` sequences, each of one speaker's clips with the offset taken out, under each of the warps."""
    rng = np.random.default_rng(SEED)
    chances = np.array([len(each.clips) for each in people], np.float64)
    for _ in range(count):
        speaker = people[rng.choice(len(people), p=chances / chances.sum())]
        clips = rng.choice(speaker.clips, rng.integers(*CLIPS_A_SEQUENCE, endpoint=True), replace=False)
        frames = np.concatenate([corpus.first[c] + np.arange(corpus.length[c]) for c in clips])
        audio = heard_by(network, np.concatenate([corpus.columns(int(clip)) for clip in clips]))
        for warp in WARPS:
            shown = warp(np.zeros(len(frames)), rng)
            order = np.clip(np.rint(shown + speaker.offset), 0, len(frames) - 1).astype(np.int64)
            yield Tampered(shown, seen_by(network, corpus, frames[order]), audio)


def recordings(network: LiteEnsemble, corpus: Corpus, people: list[Speaker]) -> Iterator[Tampered]:
    """Every clip as it was recorded, its speaker's offset taken out."""
    for speaker in people:
        for clip in speaker.clips:
            clock = np.arange(corpus.length[clip], dtype=np.float64)
            at = np.clip(np.rint(clock + speaker.offset), 0, len(clock) - 1).astype(np.int64)
            video = seen_by(network, corpus, corpus.first[clip] + at)
            yield Tampered(clock, video, heard_by(network, corpus.columns(int(clip))))


def seen_by(network: LiteEnsemble, corpus: Corpus, frames: NDArray[np.int64]) -> NDArray[np.float32]:
    """The pictures' embeddings in this order, (T, D)."""
    mouths, points = torch.from_numpy(corpus.mouths(frames)), torch.from_numpy(corpus.points[frames])
    with torch.inference_mode():
        seen: NDArray[np.float32] = network.visual(mouths[None], points[None], _all(len(frames)))[0].numpy()
    return seen


def heard_by(network: LiteEnsemble, columns: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound's embeddings, (T, D)."""
    frames = len(columns) // COLUMNS_PER_FRAME
    with torch.inference_mode():
        heard: NDArray[np.float32] = network.audio(torch.from_numpy(columns)[None], _all(frames))[0].numpy()
    return heard


def _all(frames: int) -> torch.Tensor:
    return torch.ones(1, frames, dtype=torch.bool)
