"""Rows of numbers at times between them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def between(times: NDArray[np.floating[Any]], length: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The rows before ``times``, and how far from there to the next each is."""
    clipped = np.clip(times, 0, length - 1)
    low = np.minimum(np.floor(clipped).astype(np.int64), length - 2)
    return low, (clipped - low).astype(np.float32)


def blend(values: NDArray[np.generic], low: NDArray[np.int64], part: NDArray[np.float32]) -> Tensor:
    """Linear interpolation along the first axis."""
    before, after = values[low].astype(np.float32), values[low + 1].astype(np.float32)
    share = part.reshape(-1, *([1] * (values.ndim - 1)))
    return torch.from_numpy(before + share * (after - before))


def spline(values: NDArray[np.float32], times: NDArray[np.floating[Any]]) -> Tensor:
    """Quadratic B-spline along the first axis.

    It blurs by the same amount at every phase (a variance of 1/4): linear interpolation does not, and where
    it blurs would tell which moment of the equally resampled picture a sound belongs to.
    """
    middle = np.clip(np.rint(times), 0, len(values) - 1).astype(np.int64)
    offset = torch.from_numpy(np.clip(times - middle, -0.5, 0.5).astype(np.float32))[:, None]
    before, at, after = (
        torch.from_numpy(values[np.clip(middle + k, 0, len(values) - 1)].astype(np.float32))
        for k in (-1, 0, 1)
    )
    return 0.5 * (0.5 - offset) ** 2 * before + (0.75 - offset**2) * at + 0.5 * (0.5 + offset) ** 2 * after
