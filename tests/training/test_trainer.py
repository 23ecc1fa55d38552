from pathlib import Path

import numpy as np
import torch

from tests.training.test_batches import corpus
from training.batches import BatchSource, Mix
from training.network.network import LiteNetwork, Widths
from training.trainer import Schedule, Training

SMALL = Widths(convolutions=(4, 4, 4), picture=8, points=4, audio=(4, 4, 4, 4), head=8, embedding=4)
MIX = Mix(share=(0.5, 0.5), frames=20, speakers=2, per_speaker=2)
STEPS = 6


class Interrupted(Exception):
    """Stands for a machine that was switched off."""


def training(saved: Path) -> Training:
    torch.manual_seed(0)
    source = BatchSource(corpus(), np.arange(12), MIX, seed=1)
    return Training(LiteNetwork(SMALL), source, Schedule(STEPS), saved)


def silent(_state: Training, _told: str) -> None:
    pass


def test_a_run_that_was_interrupted_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = training(tmp_path / "whole.pt").run(silent, reports=STEPS)

    def interrupt(_state: Training, told: str) -> None:
        if told.startswith("step 4 "):
            raise Interrupted

    saved = tmp_path / "broken.pt"
    try:
        training(saved).run(interrupt, reports=STEPS)
    except Interrupted:
        resumed = training(saved).run(silent, reports=STEPS)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_the_rate_rises_falls_and_ends_near_nothing() -> None:
    schedule = Schedule(steps=100, rate=1.0, warm=0.1)
    rates = [schedule.at(step) for step in range(100)]
    assert np.argmax(rates) in {8, 9}
    assert max(rates) <= 1.0
    assert rates[-1] < 1e-3
    assert all(np.diff(rates[10:]) < 0)
