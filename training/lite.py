"""Makes the bundled engines' weights from nothing: ``python -m training.lite [--clips FOLDER ...]``.

Cuts the clips with core's own media and face code, trains the members of ``lite`` and the ``judge`` from
random weights, each in a process of its own, writes their weights and calibrations into the package, and the
figures on held-out speakers into ``benchmarks/results/training.json``. What is done is kept in the cache
folder: a run that was interrupted goes on where it was. Set ``MALLOC_TRIM_THRESHOLD_=100000000000`` and
``MALLOC_MMAP_MAX_=0``: freed memory is then kept between steps, which is several times faster with glibc.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import provenance, write_result
from liptune.core.engines.lite.weights_file import JUDGE_WEIGHTS, WEIGHTS, weights_sha256
from training import calibrate, calibrate_retime, calibrate_timeline
from training.command import CACHE
from training.corpus import Corpus
from training.member import Member, train_member
from training.network.ensemble import LiteEnsemble
from training.network.network import Widths
from training.network.weights import load_ensemble, save_weights
from training.preprocess import build_corpus
from training.processes import spawned
from training.sources import SOURCES
from training.split import split
from training.validation import bands, mean_delay, window_accuracy

CLIPS = (Path("../shared/clips/train"), Path("../shared/clips/train2"))
WINDOWS = (1, 5, 15)
LITE_STEPS = 2800
JUDGE_STEPS = 1900
BY_PICTURE_ALONE = Widths(points=0)


def main() -> None:
    """Command line."""
    given = _options()
    begun = time.monotonic()
    corpus = load_corpus(given.clips, given.cache, given.processes)
    seeds = (given.seed, given.seed + 1)
    lite = [Member(given.cache, f"lite-{seed}", seed, given.steps, Widths()) for seed in seeds]
    judge = Member(given.cache, f"judge-{seeds[0]}", seeds[-1] + 1, given.judge_steps, BY_PICTURE_ALONE)
    train_members([*lite, judge], given.processes)
    join(lite, given.weights)
    join([judge], given.judge_weights)
    if not given.uncalibrated:
        calibrate_all(given.weights, given.judge_weights, corpus)
    held_out = split(corpus)[1]
    engines = {
        name: figures(weights, corpus, held_out)
        for name, weights in (("lite", given.weights), ("judge", given.judge_weights))
    }
    minutes = round((time.monotonic() - begun) / 60, 1)
    write_result(
        given.record, {**provenance(), "minutes": minutes, "held_out_clips": len(held_out), **engines}
    )


def load_corpus(clips: Sequence[Path], cache: Path, processes: int) -> Corpus:
    """The cut clips, from the cache when they are there."""
    if not (cache / "mel.npy").is_file():
        corpus, unusable = build_corpus(clips, processes)
        print(f"{len(corpus.names)} clips cut; no face to follow in {', '.join(unusable) or 'none'}")
        corpus.save(cache)
    return Corpus.load(cache)


def train_members(members: Sequence[Member], processes: int) -> None:
    """Trains those that are not there yet, so many at a time."""
    missing = [member for member in members if not member.weights.is_file()]
    with spawned(processes) as pool:
        list(pool.map(train_member, missing))


def join(members: Sequence[Member], weights: Path) -> None:
    """Writes the members as one engine's weights."""
    networks = [network for member in members for network in load_ensemble(member.weights)]
    save_weights(LiteEnsemble(networks), weights)


def calibrate_all(lite: Path, judge: Path, corpus: Corpus) -> None:
    """The null and the timeline of both engines, and the gates of repairs of the one that plans."""
    calibrate.run(lite, corpus)
    calibrate.run(judge, corpus)
    calibrate_retime.run(lite, corpus)
    calibrate_timeline.run(lite, corpus)
    calibrate_timeline.run(judge, corpus)


def figures(weights: Path, corpus: Corpus, clips: NDArray[np.int64]) -> dict[str, Any]:
    """Held-out accuracies, and each source's delay as the network sees it."""
    network = load_ensemble(weights)
    found = bands(network, corpus, clips)
    by_source = {
        name: bands(network, corpus, np.flatnonzero(corpus.source == index)[:90])
        for index, name in enumerate(SOURCES)
    }
    return {
        "weights_sha256": weights_sha256(weights),
        "within_one_of_31": {str(w): round(window_accuracy(found, w), 4) for w in WINDOWS},
        "delay_frames": {name: round(mean_delay(each), 2) for name, each in by_source.items() if each},
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, nargs="+", default=CLIPS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--judge-weights", type=Path, default=JUDGE_WEIGHTS)
    parser.add_argument("--seed", type=int, default=0, help="another one makes another engine")
    parser.add_argument("--steps", type=int, default=LITE_STEPS)
    parser.add_argument("--judge-steps", type=int, default=JUDGE_STEPS)
    parser.add_argument("--processes", type=int, default=3, help="networks trained at a time, a thread each")
    parser.add_argument("--uncalibrated", action="store_true", help="stop at the weights")
    parser.add_argument("--record", default="training", help="name of the record in benchmarks/results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
