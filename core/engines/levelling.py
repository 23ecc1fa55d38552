"""Brings speech to one level before it is embedded: what is measured must not depend on how loud a file is.

Where speech is quiet, the floor of a log-mel spectrum hides how it begins and ends, and the offset moves: by
20 to 50 ms from -10 to -30 dBFS, with the bundled engine.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.decibels import SILENCE_DBFS, dbfs
from liptune.core.media.types import SAMPLE_RATE

LOUD_DBFS = -15.0
"""Where speech is brought to: well above the floor, and as loud as most files are."""
LOUD_SHARE = 0.95
"""A second is as loud as all but its loudest twentieth, in runs of `RUN` samples."""
RUN = SAMPLE_RATE // 40
AROUND = 5
"""The loudest second so many away to either side counts: a pause is not brought up to speech."""
MOST_GAIN = 40.0
"""Decibels; what is still too quiet then is noise."""
_MIDDLES = SAMPLE_RATE * np.array([-0.5, 0.5, 1.5])

Samples = NDArray[np.float32]


def levelled(chunks: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples, 16 kHz mono, with a gain that follows how loud the seconds around are.

    The gain goes from the middle of one second to that of the next along a line in decibels. The samples come
    a second at a time, a few seconds late; how they were divided makes no difference.
    """
    waiting: deque[Samples] = deque()
    levels: list[float] = []
    done = 0
    for second in _seconds(chunks):
        waiting.append(second)
        levels.append(level_of(second))
        if len(levels) == done + AROUND + 2:
            yield _raised(waiting.popleft(), levels, done)
            done += 1
    for at, second in enumerate(waiting, done):
        yield _raised(second, levels, at)


def _seconds(chunks: Iterable[Samples]) -> Iterator[Samples]:
    held = np.zeros(0, np.float32)
    for chunk in chunks:
        held = np.concatenate([held, chunk])
        whole = len(held) // SAMPLE_RATE * SAMPLE_RATE
        yield from held[:whole].reshape(-1, SAMPLE_RATE)
        held = held[whole:]
    if len(held):
        yield held


def level_of(samples: Samples) -> float:
    """How loud speech is, dBFS: `LOUD_SHARE` of its runs are below; silence where there is not one."""
    runs = samples[: len(samples) // RUN * RUN].reshape(-1, RUN).astype(np.float64)
    return float(np.quantile(dbfs(np.square(runs).mean(axis=1)), LOUD_SHARE)) if len(runs) else SILENCE_DBFS


def _raised(second: Samples, levels: Sequence[float], at: int) -> Samples:
    gains = [_gain(levels, min(max(near, 0), len(levels) - 1)) for near in (at - 1, at, at + 1)]
    decibels = np.interp(np.arange(len(second)), _MIDDLES, gains)
    return np.asarray(second * 10 ** (decibels / 20), np.float32)


def _gain(levels: Sequence[float], at: int) -> float:
    return min(LOUD_DBFS - max(levels[max(at - AROUND, 0) : at + AROUND + 1]), MOST_GAIN)
