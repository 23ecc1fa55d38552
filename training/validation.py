"""Accuracy on held-out speakers, as the benchmark counts it: within one frame, of 31 candidates."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.engines.lite.crop import HEIGHT, WIDTH
from core.engines.lite.network import LiteNetwork
from training.corpus import CROP_HEIGHT, CROP_WIDTH, Corpus

RADIUS = 15


def embed_clip(network: LiteNetwork, corpus: Corpus, clip: int) -> tuple[Tensor, Tensor]:
    """Both embeddings of a whole clip, (T, D) each; the network must be in evaluation mode."""
    first, length = int(corpus.first[clip]), int(corpus.length[clip])
    top, left = (CROP_HEIGHT - HEIGHT) // 2, (CROP_WIDTH - WIDTH) // 2
    crops = corpus.crops[first : first + length, top : top + HEIGHT, left : left + WIDTH].astype(np.float32)
    valid = torch.ones(1, length, dtype=torch.bool)
    points = torch.from_numpy(corpus.points[first : first + length])[None]
    with torch.inference_mode():
        video = network.visual(torch.from_numpy(crops)[None], points, valid)
        audio = network.audio(torch.from_numpy(corpus.columns(clip))[None], valid)
    return video[0], audio[0]


def embed_clips(
    network: LiteNetwork, corpus: Corpus, clips: NDArray[np.int64]
) -> tuple[list[Tensor], list[Tensor]]:
    """Video and audio embeddings of several clips."""
    pairs = [embed_clip(network, corpus, int(clip)) for clip in clips]
    return [video for video, _ in pairs], [audio for _, audio in pairs]


def window_accuracy(
    videos: list[Tensor], audios: list[Tensor], delays: NDArray[np.float64], frames: int
) -> float:
    """Share of windows whose best of 31 candidates is within one frame of the truth.

    Where a clip has no sound at a shift of the band, sound of another clip stands in. ``delays``: (clips,),
    by how many frames each clip's audio is late.
    """
    hits: list[bool] = []
    for clip, (video, audio) in enumerate(zip(videos, audios, strict=True)):
        other = audios[(clip + 7) % len(audios)]
        filled = torch.cat([other.flip(0)[-RADIUS:], audio, other[:RADIUS]])
        if len(filled) < len(video) + 2 * RADIUS:
            continue
        similarity = -torch.cdist(video, filled)
        band = torch.stack([similarity.diagonal(k)[: len(video)] for k in range(2 * RADIUS + 1)], 1)
        if len(band) < frames:
            continue
        windows = band.unfold(0, frames, max(frames // 2, 1)).mean(-1)
        best = windows.argmax(1).numpy() - RADIUS
        hits.extend((np.abs(best - round(delays[clip])) <= 1).tolist())
    return float(np.mean(hits))


def median_delay(videos: list[Tensor], audios: list[Tensor], radius: int = 6) -> float:
    """Sub-frame peak of the mean similarity over shifts: by how many frames the audio is late."""
    totals = np.zeros(2 * radius + 1)
    for video, audio in zip(videos, audios, strict=True):
        similarity = (video @ audio.T).numpy()
        totals += [similarity.diagonal(k).mean() for k in range(-radius, radius + 1)]
    peak = int(np.clip(np.argmax(totals), 1, 2 * radius - 1))
    before, top, after = totals[peak - 1 : peak + 2]
    return peak - radius + 0.5 * (before - after) / (before - 2 * top + after)
