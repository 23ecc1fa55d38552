"""The loudness of each analysis frame, (Ta,) RMS in dBFS, measured on a stream of samples."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.decibels import dbfs
from liptune.core.media.types import SAMPLES_PER_FRAME


class LoudnessMeter:
    """Measures a stream of sound as it passes through."""

    def __init__(self) -> None:
        self._levels: list[NDArray[np.float32]] = []
        self._rest = np.zeros(0, np.float32)

    def through(self, chunks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Yields the chunks of 16 kHz mono float32 samples unchanged."""
        for chunk in chunks:
            samples = np.concatenate([self._rest, chunk])
            whole = len(samples) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
            self._levels.append(_levels(samples[:whole]))
            self._rest = samples[whole:]
            yield chunk

    def levels(self) -> NDArray[np.float32]:
        """Returns (ceil(samples / 640),) float32 RMS levels in dBFS, -100 at the least."""
        tail = np.pad(self._rest, (0, -len(self._rest) % SAMPLES_PER_FRAME))
        return np.concatenate([*self._levels, _levels(tail)])


def _levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    frames = samples.astype(np.float64).reshape(-1, SAMPLES_PER_FRAME)
    power = np.square(frames).mean(axis=1)
    return dbfs(power).astype(np.float32)
