"""What a network is to come near: points, their velocities, the gap between the lips, closed lips."""

import torch
from torch import Tensor
from torch.nn import functional

from liptune.core.articulation.mouth import LOWER, UPPER
from training.articulation.basis import weights
from training.articulation.batches import Batch

ROBUST = 0.006
"""Distances between the eyes: smaller errors count by their square."""

CLOSED_GAP = 0.03
"""Distances between the eyes. Lips no further apart count as closed: points of brief closures are smoothed."""

VELOCITY, GAP, AT_CLOSURES, CLOSED = 0.5, 0.5, 3.0, 0.004


def loss_of(told: Tensor, shapes: Tensor, batch: Batch) -> Tensor:
    """A number, of (B, T, outputs) and the (K, P · 2) shapes, in distances between the eyes."""
    moved = functional.linear(told[..., :-1], shapes.T).unflatten(-1, (-1, 2))  # type: ignore[no-untyped-call]
    error = moved * batch.reach.view(-1, 1, 1, 1) - batch.moved
    counted = torch.from_numpy(weights())
    counted = counted / counted.sum()
    known = batch.known.float()
    both = known[:, 1:] * known[:, :-1]
    points = _mean((_robust(error.square().sum(-1)) * counted).sum(-1), known)
    steps = error[:, 1:] - error[:, :-1]
    velocity = _mean((_robust(steps.square().sum(-1)) * counted).sum(-1), both)
    gap = gap_of(batch.moved) + batch.mean_opening[:, None]
    closed = (gap < CLOSED_GAP).float()
    wide = _robust(gap_of(error).square()) * (1 + AT_CLOSURES * closed)
    surely = functional.binary_cross_entropy_with_logits(told[..., -1], closed, reduction="none")
    return points + VELOCITY * velocity + GAP * _mean(wide, known) + CLOSED * _mean(surely, known)


def gap_of(points: Tensor) -> Tensor:
    """(...,), between the lips' inner edges, of (..., P, 2)."""
    return (points[..., LOWER, 1] - points[..., UPPER, 1]).mean(-1)


def _robust(squares: Tensor) -> Tensor:
    return (squares + ROBUST**2).sqrt() - ROBUST


def _mean(values: Tensor, known: Tensor) -> Tensor:
    return (values * known).sum() / known.sum().clamp_min(1)
