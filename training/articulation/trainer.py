"""Trains one member for a given number of steps, with averaged weights."""

import time
from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor

from training.articulation.batches import Batch, BatchSource
from training.articulation.network import ArticulationNetwork, Widths
from training.articulation.objective import loss_of
from training.precision import mixed_precision
from training.trainer import Schedule, average, step_down

Report = Callable[[ArticulationNetwork, str], None]
REPORTS = 10


def train_member(
    source: BatchSource, shapes: Tensor, schedule: Schedule, seed: int, report: Report
) -> ArticulationNetwork:
    """The averaged network, in evaluation mode; ``report`` is called now and then."""
    torch.manual_seed(seed)
    network = ArticulationNetwork(Widths(outputs=len(shapes) + 1))
    averaged = deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=schedule.weight_decay)
    every, losses, begun = max(1, schedule.steps // REPORTS), [], time.monotonic()
    for step in range(schedule.steps):
        for group in optimiser.param_groups:
            group["lr"] = schedule.at(step)
        losses.append(_descend(network, shapes, optimiser, source.draw()))
        average(averaged, network, min(schedule.average, (step + 1) / (step + 21)))
        if (step + 1) % every == 0:
            spent = (time.monotonic() - begun) / 60
            report(averaged, f"step {step + 1}, {spent:.1f} min, loss {np.mean(losses):.5f}")
            losses.clear()
    return averaged


def _descend(
    network: ArticulationNetwork, shapes: Tensor, optimiser: torch.optim.Optimizer, batch: Batch
) -> float:
    network.train()
    with mixed_precision():
        told = network(batch.mel, batch.prosody, batch.valid, batch.keep)
    loss = loss_of(told.float(), shapes, batch)
    step_down(network, optimiser, 100 * loss)
    return float(loss.detach())
