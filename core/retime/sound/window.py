"""A sound read block by block, of which a moving part is at hand."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from liptune.core.media.read.samples import Samples


class SampleWindow:
    """Any part of a sound that is not too far behind the last one taken.

    ``blocks``: (n, channels) each, in order. ``behind``: samples kept. Before and after it is silence.
    """

    def __init__(self, blocks: Iterator[Samples], channels: int, dtype: np.dtype[Any], behind: int) -> None:
        self._blocks = blocks
        self._held: Samples = np.zeros((0, channels), dtype)
        self._first = 0
        self._behind = behind
        self.length: int | None = None
        """Of the whole sound, as soon as its end has been read."""

    def take(self, begin: int, end: int) -> Samples:
        """Samples ``begin`` to ``end``, (end - begin, channels)."""
        self._read(end)
        self._forget(begin - self._behind)
        taken = np.zeros((end - begin, self._held.shape[1]), self._held.dtype)
        first, last = max(begin, self._first), min(end, self._first + len(self._held))
        if first < last:
            taken[first - begin : last - begin] = self._held[first - self._first : last - self._first]
        return taken

    def _read(self, end: int) -> None:
        parts, have = [self._held], self._first + len(self._held)
        while have < end and self.length is None:
            block = next(self._blocks, None)
            if block is None:
                self.length = have
            else:
                parts.append(block)
                have += len(block)
        if len(parts) > 1:
            self._held = np.concatenate(parts)

    def _forget(self, before: int) -> None:
        drop = min(max(0, before - self._first), len(self._held))
        if drop > 1 << 16:
            self._held = self._held[drop:].copy()
            self._first += drop
