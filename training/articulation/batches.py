"""Draws augmented training batches of sound, prosody and shapes."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liptune.core.engines.features import COLUMNS_PER_FRAME
from training.articulation.basis import symmetric
from training.articulation.examples import Examples
from training.augment import Augmenter, Chances
from training.resampling import between, blend

SHARE = (0.7, 0.15, 0.15)
"""Of the people drawn, how many come from each source."""

FRAMES = 32
CLIPS = 48
SPEED = 0.15
MEL_WARP = 0.14
DROP_PROSODY = 0.25


@dataclass(frozen=True)
class Batch:
    """(B, 4T, mels) log-mel, (B, T, features) prosody, (B, T) frames with sound, (B,) prosody kept.

    ``moved``: (B, T, P, 2) in distances between the eyes, ``known``: (B, T) where the face was seen.
    ``closed``: (B, T) where the lips are. ``reach``: (B,).
    """

    mel: Tensor
    prosody: Tensor
    valid: Tensor
    keep: Tensor
    moved: Tensor
    known: Tensor
    closed: Tensor
    reach: Tensor


class BatchSource:
    """Endless augmented batches of the given clips; each depends on the seed and its number alone."""

    def __init__(self, told: Examples, clips: NDArray[np.int64], seed: int) -> None:
        self._told = told
        self._moved = symmetric(told.moved)
        self._clips, self._chance = clips, _chances(told, clips)
        self._augmenter = Augmenter(Chances(babble=0.2, mask_time=0.3, reverberation=0.25))
        self._seed = seed
        self._drawn = 0

    def draw(self) -> Batch:
        """The next batch."""
        self._random = np.random.default_rng((self._seed, self._drawn))
        self._augmenter.restart(int(self._random.integers(2**62)))
        self._drawn += 1
        chosen = self._random.choice(self._clips, CLIPS, p=self._chance)
        cuts = [self._cut(int(clip)) for clip in chosen]
        mel, prosody, valid, moved, known, closed = (torch.stack(part) for part in zip(*cuts, strict=True))
        return Batch(
            self._augmenter.audio(mel),
            self._varied(prosody),
            valid,
            (~self._augmenter.picks(DROP_PROSODY, CLIPS)).float(),
            moved,
            known & valid,
            closed,
            torch.from_numpy(self._told.reach[chosen]),
        )

    def _cut(self, clip: int) -> tuple[Tensor, ...]:
        """From a random moment, at a random speed."""
        told, span = self._told, self._told.corpus.frames(clip)
        length = span.stop - span.start
        speed = self._random.uniform(1 - SPEED, 1 + SPEED)
        start = self._random.uniform(0, max(length - 1 - (FRAMES - 1) * speed, 0.0))
        times = start + speed * np.arange(FRAMES)
        low, part = between(times, length)
        seen = told.known[span]
        ticks = (np.arange(COLUMNS_PER_FRAME * FRAMES) - 1.5) * speed + 1.5 + COLUMNS_PER_FRAME * start
        columns = told.columns(clip)
        mel = blend(columns, *between(ticks, len(columns)))
        prosody = blend(told.prosody[span], low, part)
        prosody[:, 1] = prosody[:, 1].round()
        return (
            self._warped(mel),
            prosody,
            torch.from_numpy(times <= length - 1),
            blend(self._moved[span], low, part),
            torch.from_numpy(seen[low] & seen[low + 1]),
            torch.from_numpy(told.closed[span][np.rint(times).clip(0, length - 1).astype(np.int64)]),
        )

    def _warped(self, mel: Tensor) -> Tensor:
        """Stretches the frequency axis, as another vocal tract would (Jaitly & Hinton 2013)."""
        mels = mel.shape[1]
        bands = np.arange(mels) * self._random.uniform(1 - MEL_WARP, 1 + MEL_WARP)
        return blend(np.ascontiguousarray(mel.numpy().T), *between(bands, mels)).T

    def _varied(self, prosody: Tensor) -> Tensor:
        """Of a livelier or flatter voice, told less exactly."""
        draw, count = self._augmenter, len(prosody)
        scaled = prosody.clone()
        scaled[..., 0] *= draw.uniform(0.6, 1.4, count, 1)
        scaled[..., 2] += draw.uniform(-0.3, 0.2, count, 1)
        scaled[..., 3] += 0.3 * draw.normal(count, 1)
        scaled[..., 4] += 0.4 * draw.normal(count, 1)
        return scaled + 0.05 * draw.normal(*prosody.shape)


def _chances(told: Examples, clips: NDArray[np.int64]) -> NDArray[np.float64]:
    """(clips,) how often each is drawn.

    Within a source, a person's chance goes with the square root of how much there is of them.
    """
    corpus = told.corpus
    owner = corpus.source[clips] * (corpus.speaker.max() + 1) + corpus.speaker[clips]
    frames = corpus.length[clips].astype(np.float64)
    _, index = np.unique(owner, return_inverse=True)
    weight = frames / np.sqrt(np.bincount(index, frames))[index]
    for source, share in enumerate(SHARE):
        own = corpus.source[clips] == source
        weight[own] *= share / max(weight[own].sum(), 1e-9)
    return np.asarray(weight / weight.sum())
