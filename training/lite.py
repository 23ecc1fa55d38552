"""Makes the lite engine's weights: ``python -m training.lite [--clips FOLDER] [--members N] [--minutes M]``.

Cuts the clips with core's own media and face code (kept in the cache folder), trains each member in a process
of its own, joins them, judges on held-out speakers, and writes the weights and their figures. Members already
in the cache folder are kept. Set ``MALLOC_TRIM_THRESHOLD_=100000000000`` and ``MALLOC_MMAP_MAX_=0``: freed
memory is then kept between steps, which is several times faster with glibc.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.network.ensemble import LiteEnsemble
from training.network.weights import load_ensemble, save_weights
from liptune.core.engines.lite.weights_file import WEIGHTS, weights_sha256
from training.corpus import Corpus
from training.member import Member, train_member
from training.preprocess import SOURCES, build_corpus
from training.split import split
from training.validation import bands, mean_delay, window_accuracy

WINDOWS = (1, 5, 15)


def load_corpus(clips: Path, cache: Path, processes: int) -> Corpus:
    """The cut clips, from the cache when they are there."""
    if not (cache / "mel.npy").is_file():
        corpus, unusable = build_corpus(clips, processes)
        print(
            f"{len(corpus.names)} clips cut; no face that can be followed in {', '.join(unusable) or 'none'}"
        )
        corpus.save(cache)
    return Corpus.load(cache)


def figures(network: LiteEnsemble, corpus: Corpus, clips: NDArray[np.int64]) -> dict[str, Any]:
    """Held-out accuracies, and each source's delay as the network sees it."""
    found = bands(network, corpus, clips)
    by_source = {
        name: bands(network, corpus, np.flatnonzero(corpus.source == index)[:90])
        for index, name in enumerate(SOURCES)
    }
    return {
        "within_one_of_31": {str(w): round(window_accuracy(found, w), 4) for w in WINDOWS},
        "delay_frames": {name: round(mean_delay(each), 2) for name, each in by_source.items()},
        "grid": {str(w): round(window_accuracy(by_source["grid"], w), 4) for w in WINDOWS},
    }


def train_members(members: list[Member], processes: int) -> None:
    """Trains those that are not there yet, so many at a time."""
    missing = [member for member in members if not member.weights.is_file()]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(train_member, missing))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/train"))
    parser.add_argument("--cache", type=Path, default=Path("var/training/lite"))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--members", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--sound", type=Path, default=WEIGHTS, help="whose sound branch to begin with")
    parser.add_argument("--from-nothing", action="store_true", help="begin with no sound branch")
    parser.add_argument("--points-minutes", type=float, default=15.0, help="on points first, from nothing")
    arguments = parser.parse_args()
    corpus = load_corpus(arguments.clips, arguments.cache, arguments.processes)
    sound = None if arguments.from_nothing else arguments.sound
    members = [
        Member(arguments.cache, seed, arguments.minutes, arguments.points_minutes, sound)
        for seed in range(arguments.members)
    ]
    train_members(members, arguments.processes)
    joined = LiteEnsemble([network for member in members for network in load_ensemble(member.weights)])
    save_weights(joined, arguments.weights)
    validation = split(corpus)[1]
    summary = {
        "weights_sha256": weights_sha256(arguments.weights),
        "held_out_clips": len(validation),
        **figures(load_ensemble(arguments.weights), corpus, validation),
    }
    arguments.weights.with_suffix(".json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
