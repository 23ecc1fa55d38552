"""How far the lips, the jaw and the tongue are at each moment of the speech."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from samples.speech import Phoneme

_GRID_HZ = 1000


@dataclass(frozen=True)
class Pose:
    """Lengths in pixels of the portrait (0.67 to the millimetre); ``tuck`` and ``tongue`` from 0 to 1.

    ``aperture``: height of the opening between the lips; negative presses them together.
    ``half_width``: from the middle to a corner. ``jaw``: drop of the chin.
    ``tuck``: lower lip drawn under the upper teeth. ``tongue``: height of its tip.
    """

    aperture: float
    half_width: float
    jaw: float
    tuck: float = 0.0
    tongue: float = 0.0


@dataclass(frozen=True)
class Viseme:
    """A pose and how strongly it prevails over its neighbours."""

    pose: Pose
    weight: float = 1.0


# Lips are ahead of their sound: from 20 ms behind to 70 ms ahead in running speech (Schwartz & Savariaux
# 2014). This puts the opening's correlation with the loudness where the GRID corpus has it, at 0 to 10 ms.
_ANTICIPATION_SECONDS = 0.020

# Spread of each articulator's movement in time: lips are quicker than the jaw.
_SMOOTHING_SECONDS = Pose(aperture=0.030, half_width=0.045, jaw=0.040, tuck=0.022, tongue=0.025)

_REST = Viseme(Pose(0.3, 17.6, 0.0), 0.15)
_CLOSED = Viseme(Pose(-1.5, 17.2, 0.4), 5.0)
_LABIODENTAL = Viseme(Pose(1.0, 17.6, 0.6, tuck=1.0), 4.0)
_DENTAL = Viseme(Pose(3.2, 17.8, 1.4, tongue=0.9), 1.2)
_ALVEOLAR = Viseme(Pose(2.8, 18.0, 1.2, tongue=0.7), 0.8)
_SIBILANT = Viseme(Pose(2.2, 18.8, 0.8, tongue=0.3), 1.5)
_POSTALVEOLAR = Viseme(Pose(3.0, 14.6, 1.2, tongue=0.3), 1.5)
_VELAR = Viseme(Pose(3.4, 17.6, 1.8), 0.6)
_RHOTIC = Viseme(Pose(3.2, 15.0, 1.6, tongue=0.3), 1.2)
_GLIDE = Viseme(Pose(1.4, 12.4, 1.0), 2.5)
_BREATH = Viseme(Pose(3.5, 17.6, 2.0), 0.3)

_OPEN = Viseme(Pose(10.5, 17.0, 7.0), 1.6)
_MID = Viseme(Pose(7.0, 18.2, 4.4), 1.3)
_CENTRAL = Viseme(Pose(5.0, 17.4, 3.0), 0.8)
_CLOSE_SPREAD = Viseme(Pose(4.0, 19.8, 2.0, tongue=0.2), 1.2)
_CLOSE_ROUND = Viseme(Pose(2.4, 12.6, 1.6), 1.8)
_MID_ROUND = Viseme(Pose(6.0, 13.8, 3.8), 1.5)

# espeak-ng's names for American English; a diphthong moves from the first to the second.
_VISEMES: dict[str, tuple[Viseme, ...]] = {
    **dict.fromkeys(("p", "b", "m"), (_CLOSED,)),
    **dict.fromkeys(("f", "v"), (_LABIODENTAL,)),
    **dict.fromkeys(("T", "D"), (_DENTAL,)),
    **dict.fromkeys(("t", "d", "n", "l", "t#"), (_ALVEOLAR,)),
    **dict.fromkeys(("s", "z"), (_SIBILANT,)),
    **dict.fromkeys(("S", "Z", "tS", "dZ"), (_POSTALVEOLAR,)),
    **dict.fromkeys(("k", "g", "N"), (_VELAR,)),
    **dict.fromkeys(("r", "r-"), (_RHOTIC,)),
    **dict.fromkeys(("w",), (_GLIDE,)),
    **dict.fromkeys(("h", "j"), (_BREATH,)),
    **dict.fromkeys(("A@", "A:", "0", "a", "aa"), (_OPEN,)),
    **dict.fromkeys(("E", "V", "e"), (_MID,)),
    **dict.fromkeys(("@", "a#", "I2", "@L"), (_CENTRAL,)),
    **dict.fromkeys(("I", "I#", "i:", "i"), (_CLOSE_SPREAD,)),
    **dict.fromkeys(("u:", "U"), (_CLOSE_ROUND,)),
    **dict.fromkeys(("O:", "o@", "O"), (_MID_ROUND,)),
    "3": (_RHOTIC,),
    "3:": (_RHOTIC,),
    "eI": (_MID, _CLOSE_SPREAD),
    "aI": (_OPEN, _CLOSE_SPREAD),
    "OI": (_MID_ROUND, _CLOSE_SPREAD),
    "aU": (_OPEN, _CLOSE_ROUND),
    "oU": (_MID_ROUND, _CLOSE_ROUND),
}


class Articulation:
    """The pose at any time: targets blended by Gaussians centred on them, a little ahead of the sound."""

    def __init__(self, phonemes: Sequence[Phoneme], seconds: float) -> None:
        targets, weights = _targets(phonemes, round(seconds * _GRID_HZ))
        self._times = (np.arange(len(weights)) + 0.5) / _GRID_HZ
        self._curves = {
            field.name: _blend(targets[:, column], weights, getattr(_SMOOTHING_SECONDS, field.name))
            for column, field in enumerate(fields(Pose))
        }

    def at(self, seconds: float) -> Pose:
        """Returns the pose; before the start and after the end, that of the end nearest."""
        ahead = seconds + _ANTICIPATION_SECONDS
        at = {name: float(np.interp(ahead, self._times, curve)) for name, curve in self._curves.items()}
        pose = Pose(**at)
        return replace(pose, aperture=max(pose.aperture, 0.0))


def _targets(phonemes: Sequence[Phoneme], steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    targets = np.tile(_row(_REST.pose), (steps, 1))
    weights = np.full(steps, _REST.weight)
    for viseme, start, end in _timed(phonemes):
        span = slice(round(start * _GRID_HZ), round(end * _GRID_HZ))
        targets[span] = _row(viseme.pose)
        weights[span] = viseme.weight
    return targets, weights


def _timed(phonemes: Sequence[Phoneme]) -> Iterator[tuple[Viseme, float, float]]:
    for phoneme in phonemes:
        if phoneme.name.startswith("_"):
            continue
        parts = _VISEMES[phoneme.name]
        length = (phoneme.end - phoneme.start) / len(parts)
        for index, viseme in enumerate(parts):
            yield viseme, phoneme.start + index * length, phoneme.start + (index + 1) * length


def _row(pose: Pose) -> NDArray[np.float64]:
    return np.array([getattr(pose, field.name) for field in fields(Pose)])


def _blend(target: NDArray[np.float64], weight: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    sigma = seconds * _GRID_HZ
    blended: NDArray[np.float64] = gaussian_filter1d(target * weight, sigma) / gaussian_filter1d(
        weight, sigma
    )
    return blended
