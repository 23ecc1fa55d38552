"""Trains a network for a given number of steps, with averaged weights, and goes on where it was left."""

import math
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.batches import Batch, BatchSource
from training.network.network import LiteNetwork
from training.objective import WindowContrast
from training.precision import mixed_precision


@dataclass(frozen=True)
class Schedule:
    """A warm-up and half a cosine over so many steps; weights are averaged along the way."""

    steps: int
    rate: float = 1.5e-3
    warm: float = 0.04
    weight_decay: float = 0.03
    average: float = 0.997

    def at(self, step: int) -> float:
        """The learning rate of a step, from 0."""
        share = (step + 1) / self.steps
        if share < self.warm:
            return self.rate * share / self.warm
        return self.rate * 0.5 * (1 + math.cos(math.pi * (share - self.warm) / (1 - self.warm)))


class Training:
    """A network on its way, which can be left and taken up again at ``saved``: the same steps follow."""

    def __init__(self, network: LiteNetwork, source: BatchSource, schedule: Schedule, saved: Path) -> None:
        self.network = network
        self.averaged = deepcopy(network).eval()
        self._objective = WindowContrast()
        self._source = source
        self._schedule = schedule
        self._saved = saved
        parameters = [*network.parameters(), *self._objective.parameters()]
        self._optimiser = torch.optim.AdamW(parameters, weight_decay=schedule.weight_decay)
        self._step = 0
        if saved.is_file():
            self._restore()

    def run(self, report: Callable[["Training", str], None], reports: int) -> LiteNetwork:
        """Takes the steps that are left and returns the averaged network, in evaluation mode.

        ``report`` is called so many times, with what to print; the state is saved each time.
        """
        begun, first = time.monotonic(), self._step
        every = max(1, self._schedule.steps // reports)
        losses: list[float] = []
        batches = prefetched(self._source)
        while self._step < self._schedule.steps:
            losses.append(self._advance(next(batches)))
            if self._step % every == 0:
                spent = time.monotonic() - begun
                left = spent / (self._step - first) * (self._schedule.steps - self._step)
                told = f"step {self._step} of {self._schedule.steps}, loss {np.mean(losses):.3f}"
                report(self, f"{told}, {left / 60:.0f} min left")
                losses.clear()
                self._keep()
        batches.close()
        return self.averaged

    def _advance(self, batch: Batch) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._schedule.at(self._step)
        torch.manual_seed(self._step)
        loss = _descend(self.network, self._objective, self._optimiser, batch)
        self._step += 1
        average(self.averaged, self.network, min(self._schedule.average, self._step / (self._step + 20)))
        return loss

    @property
    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "averaged": self.averaged,
            "objective": self._objective,
            "optimiser": self._optimiser,
        }

    def _keep(self) -> None:
        state = {name: part.state_dict() for name, part in self._parts.items()}
        unfinished = self._saved.with_suffix(".writing")
        torch.save({**state, "step": self._step}, unfinished)
        unfinished.replace(self._saved)

    def _restore(self) -> None:
        state = torch.load(self._saved, weights_only=True)
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        self._step = int(state["step"])
        self._source.skip(self._step)


def prefetched(source: BatchSource) -> Generator[Batch, None, None]:
    """Draws the next batch while the present one trains."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(source.draw)
        while True:
            batch = coming.result()
            coming = pool.submit(source.draw)
            yield batch


def _descend(
    network: LiteNetwork, objective: WindowContrast, optimiser: torch.optim.Optimizer, batch: Batch
) -> float:
    network.train()
    with mixed_precision():
        video = network.visual(batch.mouths, batch.points, batch.seen, batch.keep)
        audio = network.audio(batch.mel, batch.heard)
    loss: Tensor = objective(video, audio, batch)
    step_down(network, optimiser, loss)
    return float(loss.detach())


def step_down(network: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step against the gradient of the loss, which is kept from being too long."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()


def average(averaged: nn.Module, network: nn.Module, keep: float) -> None:
    """Moves the averaged weights towards the network's by what is not kept."""
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(value, 1 - keep)
            else:
                mean.copy_(value)
