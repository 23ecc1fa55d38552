"""The shapes that a sound asks of each frame of the copy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.types import Speaker, Speech
from liptune.core.dub.shapes import Shapes
from liptune.core.media.types import ANALYSIS_FPS

CLOSING_FRAMES = 4
"""In which a mouth comes to rest after the sound has ended."""


@dataclass(frozen=True)
class Wanted:
    """``shapes``: (M, P, 2), one for each frame of the copy. ``worked``: (M,) bool, which are to be dubbed.

    ``shown``: (M,) which of the source's frames each shows.
    """

    shapes: Shapes
    worked: NDArray[np.bool_]
    shown: NDArray[np.int64]


def wanted(
    speech: Speech,
    speaker: Speaker,
    seconds: NDArray[np.float64],
    span: tuple[float, float] = (0.0, np.inf),
    shown: NDArray[np.int64] | None = None,
) -> Wanted:
    """What ``speech`` asks for when each frame is shown, (M,) seconds; rest after its end.

    ``span``: from when until when there is anything to be done. ``shown``: (M,) the source's frame of each;
    None: the same.
    """
    points = np.concatenate([speech.points, _rest(speech, speaker)]) if len(speech.points) else _shut(speaker)
    clock = np.clip(seconds * ANALYSIS_FPS, 0, len(points) - 1)
    before = np.floor(clock).astype(np.int64)
    after = np.minimum(before + 1, len(points) - 1)
    share = (clock - before)[:, None, None].astype(np.float32)
    shapes = points[before] * (1 - share) + points[after] * share
    return Wanted(shapes, (seconds >= span[0]) & (seconds < span[1]), _each(seconds, shown))


def _each(seconds: NDArray[np.float64], shown: NDArray[np.int64] | None) -> NDArray[np.int64]:
    return np.arange(len(seconds)) if shown is None else shown


def _rest(speech: Speech, speaker: Speaker) -> Shapes:
    """(`CLOSING_FRAMES`, P, 2) from the last shape to the closed mouth."""
    share = np.linspace(0, 1, CLOSING_FRAMES + 1, dtype=np.float32)[1:, None, None]
    return np.asarray(speech.points[-1] * (1 - share) + speaker.closed * share, np.float32)


def _shut(speaker: Speaker) -> Shapes:
    return speaker.closed[None].astype(np.float32)
