"""The layers of the lite network in numpy: time or batch first, channels last, float32."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
State = Mapping[str, Rows]

BATCH_NORM_EPSILON = 1e-5
"""As the networks were trained."""


@dataclass(frozen=True)
class Affine:
    """A fully connected layer, a batch normalisation behind it folded in. ``weight``: (inputs, outputs)."""

    weight: Rows
    bias: Rows

    @classmethod
    def read(cls, state: State, name: str, norm: str | None = None) -> Self:
        """From (outputs, inputs) matrices as they were trained."""
        weight, bias = state[f"{name}.weight"], state.get(f"{name}.bias")
        return cls(*folded(weight.T, bias, state, norm))

    def __call__(self, rows: Rows) -> Rows:
        """(..., inputs) to (..., outputs)."""
        return np.asarray(rows @ self.weight + self.bias, np.float32)


@dataclass(frozen=True)
class Convolution:
    """A convolution over two axes, its normalisation folded in.

    ``weight``: (rows · columns · inputs, outputs).
    """

    weight: Rows
    bias: Rows
    kernel: tuple[int, int]
    stride: tuple[int, int]

    @classmethod
    def read(cls, state: State, name: str, norm: str, stride: tuple[int, int]) -> Self:
        """From (outputs, inputs, rows, columns) kernels as they were trained."""
        trained = state[f"{name}.weight"]
        outputs, _, rows, columns = trained.shape
        weight = trained.transpose(2, 3, 1, 0).reshape(-1, outputs)
        return cls(*folded(weight, None, state, norm), (rows, columns), stride)

    def __call__(self, maps: Rows) -> Rows:
        """(N, rows, columns, inputs), padded by half a kernel, to (N, rows', columns', outputs)."""
        above, before = self.kernel[0] // 2, (self.kernel[1] - 1) // 2
        padded = np.pad(maps, ((0, 0), (above, above), (before, before), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.kernel, axis=(1, 2))
        chosen = windows[:, :: self.stride[0], :: self.stride[1]].transpose(0, 1, 2, 4, 5, 3)
        # One product of two matrices: a stack of small ones takes longer.
        made = chosen.reshape(-1, len(self.weight)) @ self.weight
        made += self.bias
        return made.reshape(*chosen.shape[:3], -1)


def folded(weight: Rows, bias: Rows | None, state: State, norm: str | None) -> tuple[Rows, Rows]:
    """(inputs, outputs) and (outputs,), with the normalisation of that name applied behind them."""
    bias = np.zeros(weight.shape[1], np.float32) if bias is None else bias
    if norm is None:
        return np.ascontiguousarray(weight), bias
    scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + BATCH_NORM_EPSILON)
    shifted = (bias - state[f"{norm}.running_mean"]) * scale + state[f"{norm}.bias"]
    return np.ascontiguousarray(weight * scale), np.asarray(shifted, np.float32)


def relu(rows: Rows) -> Rows:
    """Zero for what is negative."""
    return np.maximum(rows, 0, out=rows)


@dataclass(frozen=True)
class InTime:
    """A convolution over three frames that lie ``dilation`` apart, its normalisation folded in."""

    affine: Affine
    dilation: int = 1

    @classmethod
    def read(cls, state: State, name: str, norm: str | None = None, dilation: int = 1) -> Self:
        """From (outputs, inputs, 3) kernels as they were trained."""
        trained = state[f"{name}.weight"]
        weight = trained.transpose(2, 1, 0).reshape(-1, trained.shape[0])
        return cls(Affine(*folded(weight, state.get(f"{name}.bias"), state, norm)), dilation)

    def __call__(self, rows: Rows) -> Rows:
        """(T, inputs) to (T, outputs), zeros beyond the ends."""
        apart, count = self.dilation, len(rows)
        padded = np.pad(rows, ((apart, apart), (0, 0)))
        around = [padded[at : at + count] for at in (0, apart, 2 * apart)]
        return self.affine(np.concatenate(around, axis=1))
