"""How near the network comes on clips of people it has not learnt from."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from liptune.core.articulation.lips import centred
from liptune.core.articulation.mouth import LIPS, opening
from training.articulation.examples import Examples


@dataclass(frozen=True)
class Figures:
    """``ratio``: error of the lip points against that of the clip's mean mouth. ``opening``: its correlation.
    ``closures``: area under the curve of telling closed lips."""

    ratio: float
    opening: float
    closures: float


def answers(network: nn.Module, told: Examples, clip: int, *, prosody: bool = True) -> Tensor:
    """(T, outputs) of a whole clip."""
    span = told.corpus.frames(clip)
    mel = torch.from_numpy(told.columns(clip))[None]
    heard = torch.from_numpy(told.prosody[span])[None]
    keep = torch.full((1,), float(prosody))
    with torch.inference_mode():
        answer: Tensor = network(mel, heard, torch.ones(1, span.stop - span.start, dtype=torch.bool), keep)
    return answer[0]


def figures(network: nn.Module, shapes: Tensor, told: Examples, clips: NDArray[np.int64]) -> Figures:
    """Over all frames of the clips together; opening within each clip."""
    errors, means, openings, closed, surely = [], [], [], [], []
    for clip in clips:
        span = told.corpus.frames(int(clip))
        known, moved = told.known[span], told.moved[span]
        answer = answers(network, told, int(clip))
        guess = (answer[:, :-1] @ shapes).numpy().reshape(moved.shape) * told.reach[clip]
        guess = centred(guess, known)
        errors.append(_lip_error(guess, moved)[known])
        means.append(_lip_error(np.zeros_like(moved), moved)[known])
        true, ours = (opening(told.means[clip] + each)[known] for each in (moved, guess))
        if true.std() > 1e-6 and ours.std() > 1e-6:
            openings.append((len(true), float(np.corrcoef(true, ours)[0, 1])))
        closed.append(told.closed[span][known])
        surely.append(answer[known, -1].numpy())
    frames, correlations = np.array(openings).T
    ratio = float(np.concatenate(errors).mean() / np.concatenate(means).mean())
    told_apart = auroc(np.concatenate(closed), np.concatenate(surely))
    return Figures(round(ratio, 4), round(float(np.average(correlations, weights=frames)), 4), told_apart)


def auroc(positive: NDArray[np.bool_], scores: NDArray[np.float32]) -> float:
    """Chance that a positive scores higher than another (Mann & Whitney 1947)."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(1, len(scores) + 1)
    count = int(positive.sum())
    if not 0 < count < len(scores):
        return float("nan")
    above = ranks[positive].sum() - count * (count + 1) / 2
    return round(float(above / (count * (len(scores) - count))), 4)


def _lip_error(guess: NDArray[np.float32], true: NDArray[np.float32]) -> NDArray[np.floating]:
    return np.asarray(np.linalg.norm(guess[:, LIPS] - true[:, LIPS], axis=-1).mean(-1))
