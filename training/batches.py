"""Draws augmented training batches from the corpus."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.engines.lite.crop import HEIGHT, WIDTH
from training.augment import Augmenter
from training.corpus import Corpus
from training.resampling import between, blend, spline

MEL_WARP = 0.1
SPEED = 0.12
MOST_TRIMMED = 10


@dataclass(frozen=True)
class Batch:
    """(B, T, H, W) mouths, (B, T, P, 2) points, (B, 4T, mels) log-mel, (B, 2) modalities kept.

    ``seen``, ``heard``: (B, T), the frames each branch is shown. At either end one of them stops earlier, so
    that the distance to a clip's end, which padding gives away, says nothing of the moment.
    """

    mouths: Tensor
    points: Tensor
    mel: Tensor
    seen: Tensor
    heard: Tensor
    keep: Tensor


@dataclass(frozen=True)
class Mix:
    """What a batch is made of.

    ``frames`` of each clip; ``per_speaker`` clips of each of ``speakers`` people, so that no voice alone can
    tell clips apart. ``share``: of the people drawn, how many come from each source. Without ``pictures``
    there are the points alone, which cost little.
    """

    share: tuple[float, ...] = (0.82, 0.1, 0.08)
    frames: int = 30
    speakers: int = 8
    per_speaker: int = 3
    pictures: bool = True


class BatchSource:
    """Endless augmented batches of the given clips."""

    def __init__(self, corpus: Corpus, clips: NDArray[np.int64], mix: Mix, seed: int) -> None:
        self.corpus = corpus
        self.mix = mix
        self.augmenter = Augmenter()
        self._seed = seed
        self._drawn = 0
        self.by_speaker, self.chance = _by_speaker(corpus, clips, mix.share)

    def skip(self, count: int) -> None:
        """Goes on as if so many batches had been drawn."""
        self._drawn = count

    def draw(self) -> Batch:
        """The next batch; each depends on the seed and its number alone."""
        self.random = np.random.default_rng((self._seed, self._drawn))
        self.augmenter.restart(int(self.random.integers(2**62)))
        self._drawn += 1
        people = self.random.choice(
            len(self.by_speaker),
            self.mix.speakers,
            replace=len(self.by_speaker) < self.mix.speakers,
            p=self.chance,
        )
        clips = np.concatenate(
            [
                self.random.choice(
                    self.by_speaker[who],
                    self.mix.per_speaker,
                    replace=len(self.by_speaker[who]) < self.mix.per_speaker,
                )
                for who in people
            ]
        )
        return self.batch(self.random.permutation(clips))

    def batch(self, clips: NDArray[np.int64]) -> Batch:
        """The clips, each at a random speed from a random moment, augmented."""
        mirrored = self.augmenter.picks(self.augmenter.chances.mirror, len(clips))
        cuts = [self._cut(int(clip)) for clip in clips]
        crops, points, mel, valid = (torch.stack(part) for part in zip(*cuts, strict=True))
        keep = self.augmenter.keep(len(clips))
        if not self.mix.pictures:
            keep = torch.tensor([0.0, 1.0]).expand(len(clips), 2)
        return Batch(
            self.augmenter.pictures(crops, mirrored) if self.mix.pictures else crops,
            self.augmenter.points(points, mirrored),
            self.augmenter.audio(mel),
            *self._ends(valid),
            keep,
        )

    def _ends(self, valid: Tensor) -> tuple[Tensor, Tensor]:
        """What is seen and what is heard of (B, T) valid frames.

        At each end one of them stops up to a network's reach before the other, every difference as likely, so
        that where a stream ends says nothing of where the other does.
        """
        at = torch.arange(valid.shape[1])
        left = valid.sum(1, keepdim=True)
        early, late = (
            torch.from_numpy(self.random.integers(-MOST_TRIMMED, MOST_TRIMMED + 1, (len(valid), 1)))
            for _ in range(2)
        )
        seen, heard = (
            valid & (at >= (sign * early).clamp_min(0)) & (at < left - (sign * late).clamp_min(0))
            for sign in (1, -1)
        )
        return seen, heard

    def _cut(self, clip: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        corpus, frames = self.corpus, self.mix.frames
        first, length = int(corpus.first[clip]), int(corpus.length[clip])
        speed = self.random.uniform(1 - SPEED, 1 + SPEED) if self.random.random() < 0.7 else 1.0
        slack = max(length - 1 - (frames - 1) * speed, 0.0)
        start = self.random.uniform(0, slack) if speed != 1.0 else float(self.random.integers(int(slack) + 1))
        times = start + speed * np.arange(frames)
        valid = torch.from_numpy(times <= length - 1)
        low, part = between(times, length)
        shown = corpus.crops[first : first + length]
        crops = blend(shown, low, part) if self.mix.pictures else torch.zeros(frames, HEIGHT, WIDTH)
        points = blend(corpus.points[first : first + length], low, part)
        columns = corpus.columns(clip)
        ticks = (np.arange(COLUMNS_PER_FRAME * frames) - 1.5) * speed + 1.5
        ticks = ticks + COLUMNS_PER_FRAME * (start + float(corpus.delay[clip]))
        mel = spline(columns, ticks)
        return crops, points, self._warp_mel(mel), valid

    def _warp_mel(self, mel: Tensor) -> Tensor:
        """Stretches the frequency axis, as another vocal tract would (Jaitly & Hinton 2013)."""
        mels = mel.shape[1]
        bands = np.arange(mels) * self.random.uniform(1 - MEL_WARP, 1 + MEL_WARP)
        low, part = between(bands, mels)
        return blend(np.ascontiguousarray(mel.numpy().T), low, part).T


def _by_speaker(
    corpus: Corpus, clips: NDArray[np.int64], share: tuple[float, ...]
) -> tuple[list[NDArray[np.int64]], NDArray[np.float64]]:
    """Each person's clips and the chance of drawing that person.

    Within a source the square root of the number of clips: people with few clips get their say, and the many
    clips of others are still seen.
    """
    owners = [
        (int(source), int(speaker)) for source, speaker in zip(corpus.source, corpus.speaker, strict=True)
    ]
    people = sorted({owners[clip] for clip in clips})
    members = [np.array([clip for clip in clips if owners[clip] == who]) for who in people]
    weight = np.sqrt([len(each) for each in members])
    sources = np.array([source for source, _ in people])
    totals = np.array([weight[sources == source].sum() for source in sources])
    chance = weight / totals * np.array(share)[sources]
    return members, chance / chance.sum()
