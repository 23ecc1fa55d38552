"""Cuts a stream of samples into overlapping frames, (n, window); the numbers do not depend on the chunks."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.floating[Any]]


def pre_emphasis(chunks: Iterable[Samples], coefficient: float) -> Iterator[NDArray[np.float64]]:
    """Yields y[n] = x[n] - coefficient · x[n - 1], with y[0] = x[0]."""
    previous = 0.0
    for chunk in chunks:
        if len(chunk):
            samples = np.asarray(chunk, np.float64)
            yield samples - coefficient * np.concatenate([[previous], samples[:-1]])
            previous = float(samples[-1])


def padded(
    chunks: Iterable[NDArray[np.float64]], before: int, after: Callable[[int], int]
) -> Iterator[NDArray[np.float64]]:
    """Puts zeros around a stream: ``before`` of them, and ``after`` of its own length."""
    yield np.zeros(before)
    length = 0
    for chunk in chunks:
        length += len(chunk)
        yield chunk
    yield np.zeros(after(length))


def frames_of(
    chunks: Iterable[NDArray[np.float64]], window: int, hop: int, block: int = 256
) -> Iterator[NDArray[np.float64]]:
    """Yields (n, window) overlapping frames, ``block`` at a time; a tail under a window is left."""
    pending = np.zeros(0)
    span = (block - 1) * hop + window
    for chunk in chunks:
        pending = np.concatenate([pending, chunk])
        while len(pending) >= span:
            yield _frames(pending[:span], window, hop)
            pending = pending[block * hop :]
    if len(pending) >= window:
        yield _frames(pending, window, hop)


def _frames(samples: NDArray[np.float64], window: int, hop: int) -> NDArray[np.float64]:
    return np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
