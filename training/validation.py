"""Accuracy on held-out speakers, as the benchmark counts it: within one frame, of 31 candidates."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.engines.lite.network import CONTEXT
from training.corpus import Corpus
from training.network.ensemble import LiteEnsemble

RADIUS = 15


def clip_band(network: LiteEnsemble, corpus: Corpus, clip: int, other: int) -> Tensor:
    """Distances of each frame to the sound around it, (T, 2·RADIUS + 1).

    The clips are shorter than the band, and their ends must tell nothing: the sound of the clip ``other``
    stands before and after the clip's own.
    """
    first, length = int(corpus.first[clip]), int(corpus.length[clip])
    crops = corpus.mouths(slice(first, first + length))
    points = torch.from_numpy(corpus.points[first : first + length])[None]
    filler = np.resize(corpus.columns(other), (COLUMNS_PER_FRAME * (RADIUS + CONTEXT), corpus.mel.shape[1]))
    sound = torch.from_numpy(np.concatenate([filler, corpus.columns(clip), filler]))[None]
    with torch.inference_mode():
        video = network.visual(torch.from_numpy(crops)[None], points, _all(length))[0]
        audio = network.audio(sound, _all(length + 2 * (RADIUS + CONTEXT)))[0, CONTEXT:-CONTEXT]
    distances = torch.cdist(video, audio)
    return torch.stack([distances.diagonal(k)[:length] for k in range(2 * RADIUS + 1)], 1)


def bands(network: LiteEnsemble, corpus: Corpus, clips: NDArray[np.int64]) -> list[Tensor]:
    """The band of each clip; the network must be in evaluation mode."""
    return [clip_band(network, corpus, int(a), int(b)) for a, b in zip(clips, np.roll(clips, 7), strict=True)]


def window_accuracy(found: list[Tensor], frames: int, late: float = 0.0) -> float:
    """Share of windows whose best shift is within one frame of how ``late`` the audio is."""
    hits: list[bool] = []
    for band in found:
        if len(band) >= frames:
            windows = band.unfold(0, frames, max(frames // 2, 1)).mean(-1)
            best = windows.argmin(1).numpy() - RADIUS
            hits.extend((np.abs(best - round(late)) <= 1).tolist())
    return float(np.mean(hits))


def mean_delay(found: list[Tensor]) -> float:
    """Sub-frame dip of the mean distance over shifts: by how many frames the audio is late."""
    heights = -torch.cat(found).mean(0).numpy()
    peak = int(np.clip(np.argmax(heights), 1, 2 * RADIUS - 1))
    before, top, after = heights[peak - 1 : peak + 2]
    return float(peak - RADIUS + 0.5 * (before - after) / (before - 2 * top + after))


def _all(frames: int) -> Tensor:
    return torch.ones(1, frames, dtype=torch.bool)
