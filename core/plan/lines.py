"""Fits one constant shift of the whole picture: the log-likelihood of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.evidence import between_frames
from liptune.core.plan.types import Line

OFFSET_RADIUS = 15
PER_FRAME = 4
STEPS = OFFSET_RADIUS * PER_FRAME
"""How many displacements there are to either side of none."""
DISPLACEMENTS = np.arange(-STEPS, STEPS + 1) / PER_FRAME
"""What a search tries, frames."""


@dataclass(frozen=True)
class LineFit:
    """The best line of a family. ``best``: its log-likelihood."""

    line: Line
    best: float


def fit_offset(log_likelihood: NDArray[np.float64]) -> LineFit:
    """The constant offset up to ±15 frames that explains the evidence best.

    ``log_likelihood``: (n, 2·radius + 1) at whole frames, the radius 15 at least.
    """
    weights = between_frames(log_likelihood.sum(axis=0, keepdims=True), DISPLACEMENTS)[0]
    best = int(weights.argmax())
    return LineFit(Line(float(DISPLACEMENTS[best])), float(weights[best]))
