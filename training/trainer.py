"""Trains the network for a given time, with averaged weights."""

import math
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from liptune.core.engines.lite.network import LiteNetwork
from training.batches import Batch, BatchSource
from training.objective import WindowContrast


@dataclass(frozen=True)
class Schedule:
    """One-cycle schedule over wall-clock time, so that a slower machine trains less, not longer."""

    minutes: float
    rate: float = 1.5e-3
    warm: float = 0.04
    weight_decay: float = 0.03
    average: float = 0.997

    def at(self, share: float) -> float:
        """The learning rate after this share of the time."""
        if share < self.warm:
            return self.rate * share / self.warm
        return self.rate * 0.5 * (1 + math.cos(math.pi * (share - self.warm) / (1 - self.warm)))


def prefetched(source: BatchSource) -> Generator[Batch, None, None]:
    """Draws the next batch while the present one trains."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(source.draw)
        while True:
            batch = coming.result()
            coming = pool.submit(source.draw)
            yield batch


def train(
    network: LiteNetwork,
    source: BatchSource,
    schedule: Schedule,
    report: Callable[[LiteNetwork, str], None],
    reports: int,
) -> LiteNetwork:
    """Trains in place and returns the averaged network, in evaluation mode."""
    objective = WindowContrast()
    parameters = [*network.parameters(), *objective.parameters()]
    optimiser = torch.optim.AdamW(parameters, weight_decay=schedule.weight_decay)
    averaged = deepcopy(network).eval()
    begun, step, losses, due = time.monotonic(), 0, 0.0, 1
    batches = prefetched(source)
    while (share := (time.monotonic() - begun) / (60 * schedule.minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = schedule.at(share)
        losses += _step(network, objective, optimiser, next(batches))
        step += 1
        _average(averaged, network, min(schedule.average, step / (step + 20)))
        if share >= due / reports:
            report(averaged, f"{share:4.0%} step {step} loss {losses / step:.3f}")
            due += 1
    batches.close()
    report(averaged, f"done step {step}")
    return averaged


def _step(
    network: LiteNetwork, objective: WindowContrast, optimiser: torch.optim.Optimizer, batch: Batch
) -> float:
    network.train()
    with torch.autocast("cpu", torch.bfloat16):
        video = network.visual(batch.mouths, batch.points, batch.seen, batch.keep)
        audio = network.audio(batch.mel, batch.heard)
    loss: Tensor = objective(video, audio, batch)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
    return float(loss.detach())


def _average(averaged: nn.Module, network: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(value, 1 - keep)
            else:
                mean.copy_(value)
