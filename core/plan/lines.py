"""Fits steady clocks (``offset + rate · t``): the log-likelihood of every constant offset and every rate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.evidence import between_frames
from liptune.core.plan.types import Line

OFFSET_RADIUS = 15
PER_FRAME = 4
POOLED_FRAMES = 8


@dataclass(frozen=True)
class LineFit:
    """The best line of a family.

    ``log_evidence``: of the family, averaged over its lines. ``best``: of ``line`` alone. ``rate_error``:
    standard deviation of the rate.
    """

    line: Line
    log_evidence: float
    best: float
    rate_error: float = 0.0


def fit_lines(log_likelihood: NDArray[np.float64], rates: NDArray[np.float64]) -> LineFit:
    """The best ``offset + rate · a`` over offsets up to ±15 frames and the given rates.

    ``log_likelihood``: (n, 2·radius + 1) at whole frames. Displacements beyond the radius are no evidence.
    """
    offsets = np.arange(-OFFSET_RADIUS * PER_FRAME, OFFSET_RADIUS * PER_FRAME + 1) / PER_FRAME
    weights = _line_weights(log_likelihood, rates, offsets)
    rate, offset = np.unravel_index(int(weights.argmax()), weights.shape)
    shares = np.exp(weights - weights.max())
    by_rate = shares.sum(axis=1) / shares.sum()
    mean_rate = float(by_rate @ rates)
    return LineFit(
        Line(float(offsets[offset]), float(rates[rate])),
        float(weights.max() + np.log(shares.mean())),
        float(weights.max()),
        float(np.sqrt(by_rate @ (rates - mean_rate) ** 2)),
    )


def _line_weights(
    log_likelihood: NDArray[np.float64], rates: NDArray[np.float64], offsets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Total log-likelihood along each line, (rates, offsets). Rows are pooled where no rate is steep."""
    pooled = POOLED_FRAMES if rates.any() else len(log_likelihood)
    starts = np.arange(0, len(log_likelihood), pooled)
    blocks = np.add.reduceat(log_likelihood, starts, axis=0)
    ends = np.minimum(starts + pooled, len(log_likelihood))
    middles = (starts + ends - 1) / 2
    radius = log_likelihood.shape[1] // 2
    grid = np.arange(-radius * PER_FRAME, radius * PER_FRAME + 1) / PER_FRAME
    fine = np.pad(between_frames(blocks, grid), ((0, 0), (1, 1)))
    weights = np.empty((len(rates), len(offsets)))
    rows = np.arange(len(fine))[:, None]
    for index, rate in enumerate(rates):
        columns = np.rint((offsets + rate * middles[:, None] + radius) * PER_FRAME).astype(np.int64) + 1
        weights[index] = fine[rows, np.clip(columns, 0, fine.shape[1] - 1)].sum(axis=0)
    return weights
