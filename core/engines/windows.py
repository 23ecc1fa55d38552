"""Embeds every sliding window of a stream in batches and places each vector at its frame, (T, dim)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from liptune.core.media.types import SAMPLES_PER_FRAME

Vectors = NDArray[np.float32]
Embed = Callable[[NDArray[Any]], Vectors]


class SlidingEmbedder:
    """Embeds each ``window`` consecutive rows of a stream.

    ``embed`` takes (n + window - 1, …) rows and gives (n, dim) vectors. Windows go through it ``batch`` at a
    time however the rows arrive, so that the numbers do not depend on that. Where memory runs out the batch
    is halved for good.
    """

    def __init__(self, embed: Embed, *, window: int, batch: int) -> None:
        self._embed = embed
        self._window = window
        self._batch = batch
        self._pending: NDArray[Any] | None = None
        self._results: list[Vectors] = []

    def push(self, rows: NDArray[Any]) -> None:
        """Takes consecutive rows."""
        self._pending = rows if self._pending is None else np.concatenate([self._pending, rows])
        self._drain(self._batch)

    def finish(self) -> list[Vectors]:
        """Embeds what remains. Returns the vectors of all windows, in order, in blocks."""
        self._drain(1)
        return self._results

    def _drain(self, least: int) -> None:
        while self._pending is not None and (ready := len(self._pending) - self._window + 1) >= least:
            count = min(self._batch, ready)
            try:
                vectors = self._embed(self._pending[: count + self._window - 1])
            except torch.OutOfMemoryError:
                if count == 1:
                    raise
                self._batch = count // 2
                least = min(least, self._batch)
                continue
            self._results.append(vectors)
            self._pending = self._pending[count:]


class TrackEmbedder:
    """Implements ``core.engines.protocol.VideoEmbedder`` with a window network.

    Row t is the window from frame t - ``centre`` on. ``unread``: windows at the end that the published code
    leaves out.
    """

    def __init__(
        self, embed: Embed, *, window: int, batch: int, centre: int, dim: int, unread: int = 0
    ) -> None:
        self._windows = SlidingEmbedder(embed, window=window, batch=batch)
        self._window = window
        self._centre = centre
        self._dim = dim
        self._unread = unread
        self._frames = 0

    def push(self, inputs: NDArray[Any]) -> None:
        """Takes consecutive frames."""
        self._frames += len(inputs)
        self._windows.push(inputs)

    def finish(self) -> Vectors:
        """(T, dim) float32, NaN where a window does not fit."""
        windows = max(self._frames - self._window + 1 - self._unread, 0)
        timeline = placed(
            self._windows.finish(), rows=self._centre + windows, first=self._centre, dim=self._dim
        )
        missing = self._frames - len(timeline)
        return np.pad(timeline[: self._frames], ((0, max(missing, 0)), (0, 0)), constant_values=np.nan)


def placed(blocks: list[Vectors], *, rows: int, first: int, dim: int) -> Vectors:
    """Vectors from row ``first`` on, NaN where there is none: (rows, dim) float32."""
    timeline = np.full((rows, dim), np.nan, np.float32)
    for block in blocks:
        fitting = block[: max(rows - first, 0)]
        timeline[first : first + len(fitting)] = fitting
        first += len(block)
    return timeline


class Counted:
    """Passes chunks on and counts their samples."""

    def __init__(self, chunks: Iterable[NDArray[np.float32]]) -> None:
        self._chunks = chunks
        self.samples = 0

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        for chunk in self._chunks:
            self.samples += len(chunk)
            yield chunk

    @property
    def frames(self) -> int:
        """Analysis frames that the samples reach into."""
        return -(-self.samples // SAMPLES_PER_FRAME)


def column_windows(
    blocks: Iterable[NDArray[Any]], start: Callable[[int], int], width: int
) -> Iterator[NDArray[Any]]:
    """Yields the windows that a block of feature columns completes, (n, width, bands).

    ``blocks``: (n, bands) each. ``start``: the first column of window v, which never falls with v.
    """
    pending: NDArray[Any] | None = None
    dropped = window = 0
    for block in blocks:
        pending = block if pending is None else np.concatenate([pending, block])
        complete: list[NDArray[Any]] = []
        while (end := start(window) - dropped + width) <= len(pending):
            complete.append(pending[end - width : end])
            window += 1
        if complete:
            yield np.stack(complete)
        keep = min(start(window) - dropped, len(pending))
        pending, dropped = pending[keep:], dropped + keep
