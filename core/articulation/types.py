"""The types of articulation: how a face speaks, and the shapes that a sound asks of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POINTS = np.r_[4:13, 17:27, 48:68]
"""Which of the 68 points are told: chin and jaw beside it, brows, lips."""


@dataclass(frozen=True)
class Speaker:
    """How one face speaks, (P, 2) float32 each in the mean face's coordinates, the unit being the distance
    between the eyes (`core.faces.pose`).

    ``mean``, ``spread``: of every point over the speech at hand. ``closed``: with the mouth closed, at rest.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    closed: NDArray[np.float32]


@dataclass(frozen=True)
class Prosody:
    """How something is said, (T,) float32 each, a value a frame of 1/25 s.

    ``f0``: Hz, 0 where there is no voice. ``energy``: dBFS. ``tilt``: dB an octave of the spectrum.
    ``rate``: syllables a second.
    """

    f0: NDArray[np.float32]
    energy: NDArray[np.float32]
    tilt: NDArray[np.float32]
    rate: NDArray[np.float32]


@dataclass(frozen=True)
class Speech:
    """What a sound asks of a face, at 25 fps from the sound's first sample.

    ``points``: (T, P, 2) float32, as those of `Speaker`. ``speaking``: (T,) bool, False in pauses, where the
    mouth rests closed.
    """

    points: NDArray[np.float32]
    speaking: NDArray[np.bool_]
    prosody: Prosody
