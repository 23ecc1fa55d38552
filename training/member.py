"""Trains one member of the lite engine, from nothing to a file."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import nn

from liptune.core.engines.lite.ensemble import LiteEnsemble
from liptune.core.engines.lite.network import LiteNetwork, Widths
from liptune.core.engines.lite.weights import load_network, save_weights
from training.batches import BatchSource, Mix
from training.corpus import Corpus
from training.split import split
from training.trainer import Schedule, train
from training.validation import bands, window_accuracy

REPORTS = 8
# Frames by which each source's audio is late, as docs/models/lite.md tells.
DELAY_FRAMES = (0.0, 0.0)
WITH_PICTURES = Mix(DELAY_FRAMES, speakers=10, per_speaker=4)
POINTS_ONLY = Mix(DELAY_FRAMES, speakers=10, per_speaker=4, pictures=False)


@dataclass(frozen=True)
class Member:
    """What it is trained on (the folder of the cut clips), and for how long.

    ``sound``: weights whose first member's sound branch it begins with; None to begin with nothing.
    """

    cache: Path
    seed: int
    minutes: float
    points_minutes: float
    sound: Path | None

    @property
    def weights(self) -> Path:
        """Where it is written when it is done."""
        return self.cache / f"member-{self.seed}.safetensors"


def train_member(member: Member) -> None:
    """Contrast alone, begun with nothing, learns little for long: neither branch knows what the other tells.

    A sound branch that has learnt gives the picture something to find at once. Without one, points come
    first, which cost less than pictures.
    """
    torch.set_num_threads(1)
    torch.manual_seed(member.seed)
    corpus = Corpus.load(member.cache)
    training, validation = split(corpus)
    unfinished = member.weights.with_suffix(".part")

    def report(network: LiteNetwork, progress: str) -> None:
        alone = LiteEnsemble([network])
        save_weights(alone, unfinished)
        found = bands(alone, corpus, validation)
        shares = {frames: round(window_accuracy(found, frames), 4) for frames in (1, 5, 15)}
        print(time.strftime("%H:%M:%S"), f"member {member.seed}", progress, json.dumps(shares), flush=True)

    network = LiteNetwork()
    if member.sound:
        network.audio = next(iter(load_network(member.sound))).audio.requires_grad_()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if not member.sound:
        points = BatchSource(corpus, training, POINTS_ONLY, 2 * member.seed)
        network = train(network, points, Schedule(member.points_minutes), report, REPORTS)
        _begin_blind(network)
    pictures = BatchSource(corpus, training, WITH_PICTURES, 2 * member.seed + 1)
    train(network, pictures, Schedule(member.minutes), report, REPORTS)
    unfinished.replace(member.weights)


def _begin_blind(network: LiteNetwork) -> None:
    """Lets the untrained picture layers say nothing at first, so that they disturb nothing."""
    entrance = cast("nn.Linear", network.visual.head.enter[0])
    with torch.no_grad():
        entrance.weight[:, : Widths().picture] = 0
