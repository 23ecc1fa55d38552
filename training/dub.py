"""Makes the weights of dub's first stage from nothing: ``python -m training.dub [--clips FOLDER ...]``.

Cuts the clips with core's own media and face code, trains the members from random weights, writes them into
the package, and the figures on held-out speakers into ``benchmarks/results/training-dub.json``. Cut clips and
members are kept in the cache folder, where an interrupted run goes on. Set
``MALLOC_TRIM_THRESHOLD_=100000000000`` and ``MALLOC_MMAP_MAX_=0``: freed memory is then kept between steps,
which is faster with glibc.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.record import provenance, write_result
from liptune.core.articulation.weights import WEIGHTS
from liptune.core.engines.lite.weights_file import weights_sha256
from training.articulation.basis import basis
from training.articulation.batches import BatchSource
from training.articulation.cutting import load_corpus
from training.articulation.examples import Examples, examples
from training.articulation.network import ArticulationEnsemble, ArticulationNetwork
from training.articulation.trainer import train_member
from training.articulation.validation import figures
from training.articulation.weights import load_ensemble
from training.lite import CLIPS
from training.network.weights import save_weights
from training.split import split
from training.trainer import Schedule

CACHE = Path("var/training/dub")
STEPS = (1400,)
"""Of each member. A second of 700 steps made it worse on the speakers held out."""

THREADS = 1
AVERAGE = 0.99


def main() -> None:
    """Command line."""
    given = _options()
    torch.set_num_threads(THREADS)
    begun = time.monotonic()
    told = examples(load_corpus(given.clips, given.cache, given.processes))
    training, held_out = split(told.corpus)
    shapes = torch.from_numpy(basis(told, training))
    files = []
    for seed, steps in enumerate(given.steps, given.seed):
        files.append(given.cache / f"member-{steps}-{seed}.safetensors")
        if not files[-1].is_file():
            member = trained(told, training, held_out, shapes, steps, seed)
            save_weights(ArticulationEnsemble([member], shapes), files[-1])
    save_weights(joined(files), given.weights)
    ensemble = load_ensemble(given.weights)
    found = figures(ensemble, ensemble.shapes, told, held_out)
    facts = {"weights_sha256": weights_sha256(given.weights), "held_out_clips": len(held_out)}
    minutes = round((time.monotonic() - begun) / 60, 1)
    write_result(given.record, {**provenance(), "minutes": minutes, **facts, **asdict(found)})


def joined(files: Sequence[Path]) -> ArticulationEnsemble:
    """Members of several files as one network."""
    ensembles = [load_ensemble(file) for file in files]
    members = [cast("ArticulationNetwork", ensemble.members[0]) for ensemble in ensembles]
    return ArticulationEnsemble(members, ensembles[0].shapes)


def trained(  # noqa: PLR0917
    told: Examples,
    training: NDArray[np.int64],
    held_out: NDArray[np.int64],
    shapes: Tensor,
    steps: int,
    seed: int,
) -> ArticulationNetwork:
    """One member."""
    report = partial(_print, shapes, told, held_out, f"member {seed}")
    return train_member(
        BatchSource(told, training, seed), shapes, Schedule(steps, average=AVERAGE), seed, report
    )


def _print(  # noqa: PLR0917
    shapes: Tensor, told: Examples, held_out: NDArray[np.int64], name: str, network: nn.Module, progress: str
) -> None:
    print(time.strftime("%H:%M:%S"), name, progress, figures(network, shapes, told, held_out), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, nargs="+", default=CLIPS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, nargs="+", default=STEPS, help="of each member")
    parser.add_argument("--processes", type=int, default=2, help="that cut clips")
    parser.add_argument("--record", default="training-dub", help="name of the record in benchmarks/results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
