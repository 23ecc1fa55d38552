"""Finds how far the lite engine's evidence can be trusted: ``python -m training.calibrate_retime``.

Held-out training clips, laid end to end, are shown in the order of known smooth warps and embedded again.
Prints the mean residual of the path for each scale and prior; the best is kept in `core.retime.calibration`.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.retiming.warps import smooth
from core.engines.lite.file import WEIGHTS
from core.engines.lite.network import LiteNetwork
from core.engines.lite.weights import load_network
from core.media.types import ANALYSIS_FPS
from core.retime.evidence import between_frames, evidence
from core.retime.lattice import PathPrior
from core.retime.path import best_path
from training.corpus import Corpus
from training.split import split

FRAME_MS = 1000 / ANALYSIS_FPS
CLIPS_A_SEQUENCE = 5
WARPS = (smooth(3, 1.2, 6), smooth(3, 2.4, 12))
SCALES = (0.15, 0.25, 0.4, 0.6, 0.9)
PRIORS = tuple(
    PathPrior(smoothness=smoothness, inertia=inertia)
    for smoothness, inertia in ((0.3, 20.0), (1.0, 20.0), (0.3, 60.0))
)
NO_CUTS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Tampered:
    """``shown``: (T,) the moment that each frame shows. ``relief``: (T, 2·radius + 1), see `evidence`."""

    shown: NDArray[np.float64]
    relief: NDArray[np.float64]

    def residual_ms(self, scale: float, prior: PathPrior) -> float:
        """What is left when the path is followed, mean and absolute."""
        rows = scale * between_frames(self.relief, prior.displacements)
        clock = np.arange(len(self.shown), dtype=np.float64)
        found = clock + best_path(rows, prior, NO_CUTS).displacements
        return float(np.abs(np.interp(found, clock, self.shown) - clock).mean() * FRAME_MS)


def tampered(network: LiteNetwork, corpus: Corpus, clips: NDArray[np.int64]) -> Iterator[Tampered]:
    """Sequences of clips under each of the warps."""
    radius = int(PRIORS[0].radius) + 2
    for start in range(0, len(clips) - CLIPS_A_SEQUENCE + 1, CLIPS_A_SEQUENCE):
        chosen = clips[start : start + CLIPS_A_SEQUENCE]
        frames = np.concatenate([corpus.first[c] + np.arange(corpus.length[c]) for c in chosen])
        mel = np.concatenate([corpus.columns(int(clip)) for clip in chosen])
        seen = torch.ones(1, len(frames), dtype=torch.bool)
        with torch.inference_mode():
            audio = network.audio(torch.from_numpy(mel)[None], seen)[0].numpy()
            for index, warp in enumerate(WARPS):
                shown = warp(np.zeros(len(frames)), np.random.default_rng([start, index]))
                order = frames[np.clip(np.rint(shown), 0, len(frames) - 1).astype(np.int64)]
                video = network.visual(*_inputs(corpus, order), seen)[0].numpy()
                yield Tampered(shown, evidence(video, audio, radius))


def _inputs(corpus: Corpus, frames: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    crops = corpus.mouths(frames)
    return torch.from_numpy(crops)[None], torch.from_numpy(corpus.points[frames])[None]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path("var/training/lite"))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    corpus = Corpus.load(chosen.cache)
    found = list(tampered(load_network(chosen.weights), corpus, split(corpus)[1]))
    untouched = np.mean([np.abs(t.shown - np.arange(len(t.shown))).mean() for t in found]) * FRAME_MS
    print(f"{len(found)} sequences, {untouched:.1f} ms untouched")
    for scale, prior in product(SCALES, PRIORS):
        left = np.mean([t.residual_ms(scale, prior) for t in found])
        print(
            f"scale {scale:.2f} smoothness {prior.smoothness:.1f} inertia {prior.inertia:.0f}: {left:.1f} ms"
        )


if __name__ == "__main__":
    main()
