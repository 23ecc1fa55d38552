"""Hears p, b and m: how likely lips are to meet for one of them, from the spectrum around each frame.

A logistic regression (`training.bilabials`) on a sixth of a second: what stops and nasals do to the spectrum
before and after the lips meet is told by how it changes, more than by any moment of it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.engines.lite import weights
from liptune.core.engines.lite.layers import State

WEIGHTS = Path(__file__).with_name("bilabials.safetensors")
REMEDY = "Reinstall liptune, or run `make train-bilabials` to fit the weights anew."

BEFORE, AFTER = 6, 10
"""Columns of 10 ms from a frame's first."""

POOLED = 4
"""Bands of the log-mel that are averaged: where formants lie differs between people."""

SPEECH_NEPERS = 9.0
"""Of power, within which speech lies below its loudest."""

LOUD_PERCENTILE = 95

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Bilabials:
    """``slopes``: (`BEFORE` + `AFTER`, mels / `POOLED`). ``bias``: (1,)."""

    slopes: Rows
    bias: Rows

    @classmethod
    def read(cls, state: State) -> Self:
        """Of ``slopes`` and ``bias``."""
        return cls(state["slopes"], state["bias"])

    def __call__(self, mel: Rows) -> Rows:
        """(T,) log odds, of (4T, mels) log-mel columns."""
        bands, frames = padded(mel), len(mel) // COLUMNS_PER_FRAME
        odds = np.repeat(self.bias, frames)
        for at, slopes in enumerate(self.slopes):
            odds += bands[at : at + COLUMNS_PER_FRAME * frames : COLUMNS_PER_FRAME] @ slopes
        return odds


def padded(mel: Rows) -> Rows:
    """(4T + `BEFORE` + `AFTER`, mels / `POOLED`): pooled, with the columns that the outermost frames need."""
    pooled = mel.reshape(len(mel), mel.shape[1] // POOLED, POOLED).mean(-1, dtype=np.float32)
    if not len(pooled):
        return np.zeros((BEFORE + AFTER, pooled.shape[1]), np.float32)
    loud = np.float32(np.percentile(pooled, LOUD_PERCENTILE))
    np.maximum(pooled, loud - np.float32(SPEECH_NEPERS), out=pooled)
    return np.pad(pooled, ((BEFORE, AFTER), (0, 0)), mode="edge")


@cache
def bundled() -> Bilabials:
    """With the weights in the package, read once. Raises EngineUnavailable where they are missing."""
    return weights.load(WEIGHTS, Bilabials.read, REMEDY)
