"""Counts how many windows each call of a network embedded, by engine and branch, for the metrics."""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Branch = Literal["faces", "sound"]
Embed = Callable[[NDArray[Any]], NDArray[np.float32]]


class Batches:
    """Calls by engine, branch and number of windows. Threads may share it."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, Branch, int]] = Counter()
        self._lock = Lock()

    def note(self, engine: str, branch: Branch, windows: int) -> None:
        """Counts one call."""
        with self._lock:
            self._calls[engine, branch, windows] += 1

    def take(self) -> Counter[tuple[str, Branch, int]]:
        """Returns what was noted since it was last asked."""
        with self._lock:
            taken, self._calls = self._calls, Counter()
            return taken


BATCHES = Batches()
"""The process's own: a worker's process has one job at a time."""


def noted(engine: str, branch: Branch, embed: Embed) -> Embed:
    """``embed``, with every call that comes to its end noted."""

    def embed_and_note(inputs: NDArray[Any]) -> NDArray[np.float32]:
        vectors = embed(inputs)
        BATCHES.note(engine, branch, len(vectors))
        return vectors

    return embed_and_note
