"""What a network is to come near: points, their velocities, the gap between the lips, closed lips."""

import torch
from torch import Tensor
from torch.nn import functional

from liptune.core.articulation.lips import SETTLING_FRAMES
from liptune.core.articulation.mouth import LOWER, UPPER
from training.articulation.basis import weights
from training.articulation.batches import Batch

ROBUST = 0.006
"""Distances between the eyes: smaller errors count by their square."""

VELOCITY, GAP, AT_CLOSURES, CLOSED = 0.5, 0.5, 2.0, 0.01


def loss_of(told: Tensor, shapes: Tensor, batch: Batch) -> Tensor:
    """A number, of (B, T, outputs) and the (K, P · 2) shapes, in distances between the eyes."""
    moved = functional.linear(told[..., :-1], shapes.T).unflatten(-1, (-1, 2))  # type: ignore[no-untyped-call]
    error = _centred(moved * batch.reach.view(-1, 1, 1, 1) - batch.moved, batch.known)
    counted = torch.from_numpy(weights())
    counted = counted / counted.sum()
    known = batch.known.float()
    both = known[:, 1:] * known[:, :-1]
    points = _mean((_robust(error.square().sum(-1)) * counted).sum(-1), known)
    steps = error[:, 1:] - error[:, :-1]
    velocity = _mean((_robust(steps.square().sum(-1)) * counted).sum(-1), both)
    closed = batch.closed.float()
    wide = _robust(gap_of(error).square()) * (1 + AT_CLOSURES * closed)
    surely = functional.binary_cross_entropy_with_logits(told[..., -1], closed, reduction="none")
    return points + VELOCITY * velocity + GAP * _mean(wide, known) + CLOSED * _mean(surely, known)


def _centred(error: Tensor, known: Tensor) -> Tensor:
    """Less as much of its mean as is taken out of what the network says of a sound."""
    weight = known.float()[..., None, None]
    count = weight.sum(1, keepdim=True)
    mean = (error * weight).sum(1, keepdim=True) / count.clamp_min(1)
    return error - mean * count / (count + SETTLING_FRAMES)


def gap_of(points: Tensor) -> Tensor:
    """(...,), between the lips' inner edges, of (..., P, 2)."""
    return (points[..., LOWER, 1] - points[..., UPPER, 1]).mean(-1)


def _robust(squares: Tensor) -> Tensor:
    return (squares + ROBUST**2).sqrt() - ROBUST


def _mean(values: Tensor, known: Tensor) -> Tensor:
    return (values * known).sum() / known.sum().clamp_min(1)
