"""Makes the lite engine's weights: ``python -m training.lite [--clips FOLDER] [--minutes N]``.

Cuts the clips with core's own media and face code (kept in the cache folder), trains, judges on held-out
speakers, and writes the weights and their figures. Set ``MALLOC_TRIM_THRESHOLD_=100000000000`` and
``MALLOC_MMAP_MAX_=0``: freed memory is then kept between steps, which is several times faster with glibc.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.engines.lite.file import WEIGHTS, weights_sha256
from core.engines.lite.network import LiteNetwork, Widths
from core.engines.lite.weights import load_network, save_weights
from training.batches import BatchSource, Mix
from training.corpus import Corpus
from training.preprocess import SOURCES, build_corpus
from training.split import split
from training.trainer import Schedule, train
from training.validation import bands, mean_delay, window_accuracy

# Frames by which each source's audio is late, as docs/models/lite.md tells.
DELAY_FRAMES = (0.0, 0.0)
WINDOWS = (1, 5, 15)
REPORTS = 4
POINTS_ONLY = Mix(DELAY_FRAMES, speakers=10, per_speaker=4, pictures=False)


def load_corpus(clips: Path, cache: Path, processes: int) -> Corpus:
    """The cut clips, from the cache when they are there."""
    if not (cache / "mel.npy").is_file():
        corpus, unusable = build_corpus(clips, processes)
        print(
            f"{len(corpus.names)} clips cut; no face that can be followed in {', '.join(unusable) or 'none'}"
        )
        corpus.save(cache)
    return Corpus.load(cache)


def figures(network: LiteNetwork, corpus: Corpus, clips: NDArray[np.int64]) -> dict[str, Any]:
    """Held-out accuracies, and each source's delay as the network sees it."""
    found = bands(network, corpus, clips)
    by_source = {
        name: bands(network, corpus, np.flatnonzero(corpus.source == index)[:90])
        for index, name in enumerate(SOURCES)
    }
    return {
        "within_one_of_31": {str(w): round(window_accuracy(found, w, DELAY_FRAMES[0]), 4) for w in WINDOWS},
        "delay_frames": {name: round(mean_delay(each), 2) for name, each in by_source.items()},
        "grid": {str(w): round(window_accuracy(by_source["grid"], w, DELAY_FRAMES[1]), 4) for w in WINDOWS},
    }


def _begin_blind(network: LiteNetwork) -> None:
    """Lets the untrained picture layers say nothing at first, so that they disturb nothing."""
    entrance = cast("nn.Linear", network.visual.head.enter[0])
    with torch.no_grad():
        entrance.weight[:, : Widths().picture] = 0


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/train"))
    parser.add_argument("--cache", type=Path, default=Path("var/training/lite"))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--points-minutes", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    corpus = load_corpus(arguments.clips, arguments.cache, arguments.threads)
    training, validation = split(corpus)
    print(f"{len(training)} clips to train on, {len(validation)} held out")

    def report(network: LiteNetwork, progress: str) -> None:
        save_weights(network, arguments.weights)
        print(
            time.strftime("%H:%M:%S"), progress, json.dumps(figures(network, corpus, validation)), flush=True
        )

    network = load_network(arguments.start).requires_grad_() if arguments.start else LiteNetwork()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if arguments.points_minutes:
        # Points cost a tenth of pictures: the sound branch learns on them what to listen for.
        points = BatchSource(corpus, training, POINTS_ONLY, arguments.seed)
        network = train(network, points, Schedule(arguments.points_minutes), report, REPORTS)
        network.requires_grad_()
        _begin_blind(network)
    source = BatchSource(corpus, training, Mix(DELAY_FRAMES, speakers=10, per_speaker=4), arguments.seed + 1)
    best = train(network, source, Schedule(arguments.minutes), report, REPORTS)
    found = figures(best, corpus, validation)
    summary = {
        "weights_sha256": weights_sha256(arguments.weights),
        "held_out_clips": len(validation),
        **found,
    }
    arguments.weights.with_suffix(".json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
