"""Speech brought to one level, and when there is speech."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.prosody import loud
from liptune.core.media.types import ANALYSIS_FPS

TARGET_DBFS = -16.0
"""Of the loudest speech, as the network hears it."""

FAINTEST_DBFS = -60.0
"""Sound whose loudest is below is silence."""

PAUSE_DB = 32.0
"""So far below the loudest speech is a pause, where it lasts."""

PAUSE_FRAMES = round(0.3 * ANALYSIS_FPS)


def gain(energy: NDArray[np.float32]) -> np.float32:
    """What samples are to be multiplied by, 1 for silence; ``energy``: (T,) dBFS."""
    level = loud(energy)
    return np.float32(1.0 if level < FAINTEST_DBFS else 10 ** ((TARGET_DBFS - level) / 20))


def speaking(energy: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(T,) False in pauses of 0.3 s and more without the energy of speech, and in silence.

    What lasts one frame is a click and ends no pause.
    """
    if loud(energy) < FAINTEST_DBFS:
        return np.zeros(len(energy), np.bool_)
    heard = energy > loud(energy) - PAUSE_DB
    lasting = _without_runs(heard, value=True, shorter=2)
    return _without_runs(lasting, value=False, shorter=PAUSE_FRAMES)


def _without_runs(marks: NDArray[np.bool_], *, value: bool, shorter: int) -> NDArray[np.bool_]:
    """The marks with runs of ``value`` turned that are shorter."""
    turned = marks.copy()
    edges = [0, *(np.flatnonzero(np.diff(marks)) + 1).tolist(), len(marks)]
    for begin, end in pairwise(edges):
        if marks[begin] == value and end - begin < shorter:
            turned[begin:end] = not value
    return turned
