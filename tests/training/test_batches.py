import numpy as np
import torch

from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS
from liptune.core.engines.lite.crop import HEIGHT, POINTS, WIDTH
from training.batches import MOST_TRIMMED, BatchSource, Mix
from training.corpus import CROP_HEIGHT, CROP_WIDTH, Corpus


def corpus(clips: int = 12, frames: int = 31, delay: float = 0.0) -> Corpus:
    random = np.random.default_rng(0)
    return Corpus(
        names=tuple(str(clip) for clip in range(clips)),
        first=np.arange(clips) * frames,
        length=np.full(clips, frames),
        source=np.arange(clips) % 2,
        speaker=np.arange(clips) // 2,
        delay=np.full(clips, delay),
        crops=random.integers(0, 255, (clips * frames, CROP_HEIGHT, CROP_WIDTH)).astype(np.uint8),
        points=random.normal(0, 0.3, (clips * frames, len(POINTS), 2)).astype(np.float32),
        mel=random.normal(-5, 2, (clips * frames * COLUMNS_PER_FRAME, N_MELS)).astype(np.float32),
    )


def source(mix: Mix) -> BatchSource:
    return BatchSource(corpus(), np.arange(12), mix, seed=1)


def test_shapes_and_finite_numbers() -> None:
    batch = source(Mix(share=(0.5, 0.5), speakers=2, per_speaker=2, frames=20)).draw()
    assert batch.mouths.shape == (4, 20, HEIGHT, WIDTH)
    assert batch.points.shape == (4, 20, len(POINTS), 2)
    assert batch.mel.shape == (4, 20 * COLUMNS_PER_FRAME, N_MELS)
    for part in (batch.mouths, batch.points, batch.mel):
        assert torch.isfinite(part).all()


def test_the_ends_of_picture_and_sound_differ_by_every_amount_alike() -> None:
    draws = source(Mix(share=(0.5, 0.5), speakers=6, per_speaker=20, frames=25, pictures=False))
    batches = [draws.draw() for _ in range(4)]
    starts = torch.cat([b.seen.int().argmax(1) - b.heard.int().argmax(1) for b in batches])
    counts = torch.bincount(starts + MOST_TRIMMED, minlength=2 * MOST_TRIMMED + 1)
    assert len(counts) == 2 * MOST_TRIMMED + 1
    assert counts.max() < 2.5 * counts.float().mean()


def test_removing_a_delay_takes_later_sound() -> None:
    found = []
    for delay in (0.0, 1.0):
        marked = corpus(delay=delay)
        marked.mel[:] = np.arange(len(marked.mel), dtype=np.float32)[:, None]
        drawn = BatchSource(marked, np.arange(12), Mix(share=(0.5, 0.5), pictures=False), seed=3)
        drawn.random = np.random.default_rng(0)
        found.append(drawn._cut(0)[2][40, 0])
    assert float(found[1] - found[0]) == COLUMNS_PER_FRAME


def test_batches_go_on_where_they_were_left() -> None:
    mix = Mix(share=(0.5, 0.5), speakers=2, per_speaker=2, frames=20)
    whole, taken_up = source(mix), source(mix)
    drawn = [whole.draw() for _ in range(3)][-1]
    taken_up.skip(2)
    for own, again in zip(vars(drawn).values(), vars(taken_up.draw()).values(), strict=True):
        assert torch.equal(own, again)
