"""Finds what the lite engine's scores are worth: ``python -m training.calibrate [--cache FOLDER]``.

Stretches of held-out training clips, laid end to end, are scored against their own sound and against that of
other stretches. The spread of chance over all of them becomes the prior that steadies short clips' nulls; the
share of unrelated pairs that pass decides how strict the threshold is. Writes ``calibration.json`` beside the
weights.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special

from liptune.core.engines.lite.network import CONTEXT
from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.sync.calibration import Calibration, uncalibrated
from liptune.core.sync.null import Prior
from liptune.core.sync.score import Face, Scored, score_faces
from training.command import given
from training.corpus import Corpus
from training.network.ensemble import LiteEnsemble
from training.network.weights import load_ensemble
from training.split import split

FRAMES = 50
CLIPS_A_STRETCH = 4
OTHERS = 3
# The strictest is for engines without a calibration.
STRICTNESS = (0.02, 0.01, 0.005, 0.002, 0.001)
MOST_FALSE_ALARMS = 0.02
# A clip keeps a say in its own null, however alike the others are.
MOST_FREEDOM = 20.0

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """Embeddings of the same two seconds, (FRAMES, D) each."""

    video: Rows
    audio: Rows


def pieces(network: LiteEnsemble, corpus: Corpus, clips: NDArray[np.int64]) -> list[Piece]:
    """Two-second stretches of clips laid end to end, clear of the ends."""
    found = []
    for start in range(0, len(clips) - CLIPS_A_STRETCH + 1, CLIPS_A_STRETCH):
        video, audio = _embed(network, corpus, clips[start : start + CLIPS_A_STRETCH])
        for first in range(CONTEXT, len(video) - CONTEXT - FRAMES + 1, FRAMES):
            span = slice(first, first + FRAMES)
            found.append(Piece(video[span], audio[span]))
    return found


def _embed(network: LiteEnsemble, corpus: Corpus, clips: NDArray[np.int64]) -> tuple[Rows, Rows]:
    frames = np.concatenate(
        [np.arange(corpus.first[clip], corpus.first[clip] + corpus.length[clip]) for clip in clips]
    )
    crops = corpus.mouths(frames)
    mel = np.concatenate([corpus.columns(int(clip)) for clip in clips])
    everywhere = torch.ones(1, len(frames), dtype=torch.bool)
    with torch.inference_mode():
        points = torch.from_numpy(corpus.points[frames])[None]
        video = network.visual(torch.from_numpy(crops)[None], points, everywhere)
        audio = network.audio(torch.from_numpy(mel)[None], everywhere)
    return video[0].numpy(), audio[0].numpy()


def scores(pairs: Sequence[tuple[Rows, Rows]], calibration: Calibration) -> list[Scored]:
    """Each pair scored as a clip."""
    found = [score_faces([Face(0, video)], audio, FRAMES, calibration) for video, audio in pairs]
    return [each for each in found if each is not None]


def prior_of(scored: Sequence[Scored]) -> Prior:
    """The scaled inverse chi-squared prior of the clips' variances, by moments (Smyth 2004, section 6)."""
    variances = np.array([each.chance.scale**2 * each.profile.pairs for each in scored])
    halves = np.array([each.chance.freedom / 2 for each in scored])
    logs = np.log(variances) - special.digamma(halves) + np.log(halves)
    beyond = float(logs.var(ddof=1) - special.polygamma(1, halves).mean())
    half = _inverse_trigamma(beyond) if beyond > 0 else MOST_FREEDOM / 2
    half = min(half, MOST_FREEDOM / 2)
    scale = np.exp(0.5 * (logs.mean() + special.digamma(half) - np.log(half)))
    return Prior(round(float(scale), 5), round(2 * half, 2))


def _inverse_trigamma(value: float) -> float:
    """By bisection on the logarithm: trigamma falls from infinity to 0."""
    low, high = -10.0, 10.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if special.polygamma(1, np.exp(middle)) > value else (low, middle)
    return float(np.exp(low))


def dividing_distance(true: Rows, other: Rows) -> float:
    """The distance that tells true pairs from mismatched ones most often."""
    both = np.concatenate([true, other])
    order = np.argsort(both)
    correct = np.cumsum(np.where(order < len(true), 1 / len(true), -1 / len(other)))
    return round(float(both[order[int(correct.argmax())]]), 3)


def _distances(pairs: Sequence[tuple[Rows, Rows]]) -> Rows:
    return np.concatenate([np.linalg.norm(video - audio, axis=1) for video, audio in pairs])


def share_passing(scored: Sequence[Scored], false_alarms: float) -> float:
    """Share whose confidence is beyond what ``false_alarms`` allows chance."""
    return float(np.mean([each.score.confidence > each.chance.threshold(false_alarms) for each in scored]))


def _pairs(found: Sequence[Piece]) -> tuple[list[tuple[Rows, Rows]], list[tuple[Rows, Rows]]]:
    """Each piece with its own sound, and with that of others."""
    steps = np.random.default_rng(0).choice(np.arange(2, len(found) - 1), OTHERS, replace=False)
    audio = [each.audio for each in found]
    true = [(each.video, each.audio) for each in found]
    other = [
        (each.video, sound)
        for by in steps
        for each, sound in zip(found, audio[by:] + audio[:by], strict=True)
    ]
    return true, other


def _own(calibration: Calibration) -> dict[str, Any]:
    """Without the costs, which `training.calibrate_timeline` finds."""
    return {name: value for name, value in asdict(calibration).items() if name != "costs"}


def run(weights: Path, corpus: Corpus) -> None:
    """Writes ``calibration.json`` beside the weights."""
    found = pieces(load_ensemble(weights), corpus, split(corpus)[1])
    true, other = _pairs(found)
    plain = uncalibrated(normalised=True)
    steadied = replace(plain, prior=prior_of(scores(true + other, plain)))
    related, unrelated = scores(true, steadied), scores(other, steadied)
    alarms = {each: share_passing(unrelated, each) for each in STRICTNESS}
    fitting = [each for each, passed in alarms.items() if passed <= MOST_FALSE_ALARMS]
    calibration = replace(
        steadied,
        false_alarms=max(fitting, default=STRICTNESS[-1]),
        sync_acc_distance=dividing_distance(_distances(true), _distances(other)),
        weights_sha256=weights_sha256(weights),
    )
    print(f"{len(true)} true pairs and {len(other)} unrelated ones of {FRAMES} frames")
    for each, passed in alarms.items():
        print(f"set for {each}: false alarms {passed:.4f}, misses {1 - share_passing(related, each):.4f}")
    path = weights.with_name("calibration.json")
    path.write_text(json.dumps(_own(calibration), indent=2) + "\n", "utf-8")
    print(path, calibration)


def main() -> None:
    """Command line."""
    run(*given(__doc__))


if __name__ == "__main__":
    main()
