"""Finds what the lite engine's evidence is worth to retiming: ``python -m training.calibrate_retime``.

Held-out training clips, laid end to end, are shown as they are and in the order of known smooth warps, and
embedded again. The costs are what sequences in sync reach by themselves, all but a few; the trust is the
one that leaves the least residual, of those that leave hardly a warped sequence worse; the scale is the
smallest that leaves nearly the least.
Writes ``retiming.json`` beside the weights.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.retiming.warps import smooth, still
from core.engines.lite.file import WEIGHTS, weights_sha256
from core.engines.lite.weights import load_network
from core.media.types import ANALYSIS_FPS
from core.retime.calibration import Gates, RetimeCalibration
from core.retime.evidence import evidence
from core.retime.lattice import PathPrior
from core.retime.lines import OFFSET_RADIUS
from core.retime.local import likelihood, straight
from core.retime.offset import fit_offset
from core.retime.path import best_path, log_evidence
from core.retime.steady import LEAST_OFFSET_FRAMES
from training.corpus import Corpus
from training.split import split

FRAME_MS = 1000 / ANALYSIS_FPS
CLIPS_A_SEQUENCE = (3, 5)
SYNC = still
WARPS = (smooth(3, 1.2, 6), smooth(3, 2.4, 12))
SCALES = (0.25, 0.4, 0.6)
TRUSTS = (1.0, 0.9, 0.8, 0.7, 0.6)
LEFT_UNTOUCHED = 0.97
NOT_WORSE = 0.97
NEARLY = 1.03
PRIOR = PathPrior()
NO_CUTS = np.empty(0, np.int64)


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
class Searched:
    """What a search finds in a sequence: nats by which an offset is ahead of none, and a path of both."""

    tampered: Tampered
    offset_ahead: float
    path_ahead: float
    displacements: NDArray[np.float64]

    def residual_ms(self, trust: float) -> float:
        """What is left when the path is followed as far as that."""
        return self.tampered.residual_ms(trust * self.displacements)


def tampered(corpus: Corpus, clips: NDArray[np.int64], weights: Path) -> Iterator[Tampered]:
    """Sequences of clips in sync and under each of the warps."""
    network = load_network(weights)
    starts = [(count, at) for count in CLIPS_A_SEQUENCE for at in range(0, len(clips) - count + 1, count)]
    for count, at in starts:
        chosen = clips[at : at + count]
        frames = np.concatenate([corpus.first[c] + np.arange(corpus.length[c]) for c in chosen])
        mel = np.concatenate([corpus.columns(int(clip)) for clip in chosen])
        seen = torch.ones(1, len(frames), dtype=torch.bool)
        with torch.inference_mode():
            audio = network.audio(torch.from_numpy(mel)[None], seen)[0].numpy()
            for index, warp in enumerate((SYNC, *WARPS)):
                shown = warp(np.zeros(len(frames)), np.random.default_rng([count, at, index]))
                order = frames[np.clip(np.rint(shown), 0, len(frames) - 1).astype(np.int64)]
                video = network.visual(*_inputs(corpus, order), seen)[0].numpy()
                yield Tampered(shown, video, audio)


def _inputs(corpus: Corpus, frames: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    crops = corpus.mouths(frames)
    return torch.from_numpy(crops)[None], torch.from_numpy(corpus.points[frames])[None]


def searched(each: Tampered, scale: float) -> Searched:
    """Searches one sequence."""
    wide = scale * evidence(each.video, each.audio, OFFSET_RADIUS)
    offset, none = fit_offset(wide), float(wide[:, OFFSET_RADIUS].sum())
    rows = likelihood(each.video, each.audio, PRIOR, scale)
    moves = abs(offset.line.offset_frames) >= LEAST_OFFSET_FRAMES
    return Searched(
        each,
        offset.best - none if moves else 0.0,
        float(log_evidence(rows[None], PRIOR)[0]) - straight(rows, PRIOR),
        best_path(rows, PRIOR, NO_CUTS).displacements,
    )


def fitted(found: Sequence[Tampered]) -> RetimeCalibration:
    """The calibration that these sequences bear out."""
    left = {}
    for scale in SCALES:
        results = [searched(each, scale) for each in found]
        gates = gates_of(results)
        known = RetimeCalibration(scale, gates)
        left[known] = _left(results, gates)
        print(f"{known}: {left[known]:.1f} ms of the warped are left")
    # The surer of itself, the more it finds where nothing is in clips that are like none of these.
    good = [known for known, residual in left.items() if residual <= NEARLY * min(left.values())]
    return min(good, key=lambda known: known.scale)


def gates_of(results: Sequence[Searched]) -> Gates:
    """What leaves sequences in sync alone, and makes warped ones no worse."""
    in_sync = [each for each in results if not each.tampered.warped]
    offset = _cost([each.offset_ahead for each in in_sync])
    local = _cost([each.path_ahead for each in in_sync])
    hits = [each for each in results if each.tampered.warped and each.path_ahead > local]
    harmless = [each for each in TRUSTS if _not_worse(hits, each) >= NOT_WORSE] or [min(TRUSTS)]
    # A rate, like an offset, is the best of many.
    gates = Gates(offset_cost=offset, drift_cost=offset, local_cost=local)
    return min((replace(gates, trust=each) for each in harmless), key=lambda each: _left(results, each))


def _left(results: Sequence[Searched], gates: Gates) -> float:
    """The mean residual of what was warped, where only what passes is touched."""
    warped = [each for each in results if each.tampered.warped]
    trusts = [gates.trust * (each.path_ahead > gates.local_cost) for each in warped]
    return float(np.mean([each.residual_ms(trust) for each, trust in zip(warped, trusts, strict=True)]))


def _cost(ahead: Sequence[float]) -> float:
    return round(float(np.quantile(ahead, LEFT_UNTOUCHED)), 1)


def _not_worse(results: Sequence[Searched], trust: float) -> float:
    before = (each.tampered.residual_ms(np.zeros(1)) for each in results)
    return float(np.mean([each.residual_ms(trust) <= b for each, b in zip(results, before, strict=True)]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path("var/training/lite"))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    corpus = Corpus.load(chosen.cache)
    held_out = np.random.default_rng(0).permutation(split(corpus)[1])
    found = list(tampered(corpus, held_out, chosen.weights))
    untouched = np.mean([each.residual_ms(np.zeros(1)) for each in found if each.warped])
    print(f"{len(found)} sequences, the warped {untouched:.1f} ms off")
    calibration = replace(fitted(found), weights_sha256=weights_sha256(chosen.weights))
    path = chosen.weights.with_name("retiming.json")
    path.write_text(json.dumps(asdict(calibration), indent=2) + "\n", "utf-8")
    print(path, calibration)


if __name__ == "__main__":
    main()
