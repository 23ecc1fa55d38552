"""Trains one network, from nothing to a file of weights."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from training.batches import BatchSource, Mix
from training.corpus import Corpus
from training.network.ensemble import LiteEnsemble
from training.network.network import LiteNetwork, Widths
from training.network.weights import save_weights
from training.split import of_people, split
from training.trainer import Schedule, Training
from training.validation import bands, window_accuracy

REPORTS = 16
MIX = Mix(speakers=10, per_speaker=4)


@dataclass(frozen=True)
class Member:
    """``cache``: folder of the cut clips, where its weights go too. ``people``: share of those trained on."""

    cache: Path
    name: str
    seed: int
    steps: int
    widths: Widths
    people: float = 1.0

    @property
    def weights(self) -> Path:
        """Where it is written when it is done."""
        return self.cache / f"{self.name}.safetensors"


def train_member(member: Member) -> None:
    """Trains it in one thread, or goes on where an interrupted run was."""
    torch.set_num_threads(1)
    torch.manual_seed(member.seed)
    corpus = Corpus.load(member.cache)
    training, validation = split(corpus)

    def report(state: Training, progress: str) -> None:
        found = bands(LiteEnsemble([state.averaged]), corpus, validation)
        shares = {frames: round(window_accuracy(found, frames), 4) for frames in (1, 5, 15)}
        print(time.strftime("%H:%M:%S"), member.name, progress, json.dumps(shares), flush=True)

    network = LiteNetwork(member.widths).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    source = BatchSource(corpus, of_people(corpus, training, member.people), MIX, member.seed)
    saved = member.cache / f"{member.name}.pt"
    trained = Training(network, source, Schedule(member.steps), saved).run(report, REPORTS)
    save_weights(LiteEnsemble([trained]), member.weights)
    saved.unlink(missing_ok=True)
