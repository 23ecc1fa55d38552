"""Dynamic programming over a lattice: its best path (Viterbi) and every displacement's probability."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.lattice import FORBIDDEN, Lattice, Scores

CHECKPOINT = 64


def viterbi(lattice: Lattice) -> tuple[NDArray[np.int64], float]:
    """The path of greatest total log-weight, and that weight (Viterbi 1967).

    Returns the column at each knot, (segments + 1,). Time O(segments · m · S²), and one byte of memory for
    each of segments · m · S states.
    """
    best = _start(lattice)
    came = np.zeros((lattice.segments, *best.shape), np.int8)
    for segment in range(lattice.segments):
        arrived = _moved(best + lattice.scores(segment), lattice)
        if segment == lattice.segments - 1:
            break
        options = arrived[:, :, None] + lattice.turns
        came[segment + 1] = options.argmax(axis=1)
        best = options.max(axis=1)
    return _traced(arrived, came, lattice), float(arrived.max())


def _traced(arrived: Scores, came: NDArray[np.int8], lattice: Lattice) -> NDArray[np.int64]:
    column, step = np.unravel_index(int(arrived.argmax()), arrived.shape)
    path = np.empty(lattice.segments + 1, np.int64)
    path[-1] = column
    for segment in range(lattice.segments - 1, -1, -1):
        path[segment] = path[segment + 1] - lattice.steps[step]
        step = came[segment, path[segment], step]
    return path


def posterior(lattice: Lattice) -> tuple[NDArray[np.float64], float]:
    """Probability of each displacement at each knot, and the log of the paths' total weight.

    Forward-backward (Rabiner 1989). Returns (segments + 1, m). Forward messages are kept every few knots and
    computed again between, so that memory is O(m · S · √n) beside the result.
    """
    kept, total = _forward(lattice)
    turned = np.exp(lattice.turns)
    marginals = np.empty((lattice.segments + 1, lattice.columns))
    after = _start(lattice)
    for block in range(len(kept) - 1, -1, -1):
        begin = block * CHECKPOINT
        end = min(begin + CHECKPOINT, lattice.segments)
        scores = [lattice.scores(segment) for segment in range(begin, end)]
        messages = [kept[block]]
        for score in scores[:-1]:
            messages.append(_log_product(_moved(messages[-1] + score, lattice), turned))
        for segment in range(end - 1, begin - 1, -1):
            future = scores[segment - begin] + _pulled(after, lattice)
            joint = messages[segment - begin] + future
            marginals[segment] = _shares(joint)
            if segment == lattice.segments - 1:
                marginals[-1] = _shares(_moved(joint, lattice))
            after = _log_product(future, turned.T)
    return marginals, float(total)


def total_weight(lattice: Lattice) -> Scores:
    """The log of the paths' total weight, in one pass; one for each of the lattices side by side."""
    return _forward(lattice)[1]


def _forward(lattice: Lattice) -> tuple[list[Scores], Scores]:
    message = _start(lattice)
    kept = []
    for segment in range(lattice.segments):
        if segment % CHECKPOINT == 0:
            kept.append(message)
        arrived = _moved(message + lattice.scores(segment), lattice)
        message = _log_product(arrived, np.exp(lattice.turns))
    peak = arrived.max(axis=(-2, -1), keepdims=True)
    return kept, np.asarray(np.log(np.exp(arrived - peak).sum(axis=(-2, -1))) + peak[..., 0, 0])


def _start(lattice: Lattice) -> Scores:
    return np.zeros((*lattice.log_likelihood.shape[:-2], lattice.columns, len(lattice.steps)))


def _moved(scores: Scores, lattice: Lattice) -> Scores:
    """Scores of leaving a column by a step, filed under the column where the step ends."""
    columns = lattice.columns
    arrived = np.full_like(scores, FORBIDDEN)
    for index, step in enumerate(lattice.steps):
        low, high = max(0, -step), min(columns, columns - step)
        if low < high:
            arrived[..., low + step : high + step, index] = scores[..., low:high, index]
    return arrived


def _pulled(after: Scores, lattice: Lattice) -> Scores:
    """Scores of what follows a step, (m, S) by the column where it ends, filed under where it starts."""
    reached = np.clip(lattice.targets, 0, lattice.columns - 1)
    inside = (lattice.targets >= 0) & (lattice.targets < lattice.columns)
    return np.where(inside, after[reached, np.arange(len(lattice.steps))], FORBIDDEN)


def _log_product(scores: Scores, weights: Scores) -> Scores:
    peak = scores.max(axis=-1, keepdims=True)
    peak[~np.isfinite(peak)] = 0.0
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(scores - peak) @ weights) + peak)


def _shares(joint: Scores) -> NDArray[np.float64]:
    weights = np.exp(joint - joint.max()).sum(axis=1)
    return np.asarray(weights / weights.sum())
