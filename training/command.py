"""The command line of what is found with the cut clips and an engine's weights."""

import argparse
from pathlib import Path

from liptune.core.engines.lite.weights_file import WEIGHTS
from training.corpus import Corpus

CACHE = Path("var/training/lite")
"""Where `training.lite` leaves the cut clips."""


def given(told: str | None) -> tuple[Path, Corpus]:
    """The weights and the clips that the arguments name; ``told``: what ``--help`` says."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    return chosen.weights, Corpus.load(chosen.cache)
