"""The moving picture: a talking mouth, blinks, a camera that is never quite still, sensor noise."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from samples.canvas import Canvas, Picture
from samples.eyes import blink
from samples.mouth import Mouth
from samples.portrait import enlarged
from samples.visemes import Articulation

FPS = 25
SIDE = 400
_SCALE = 2
_LEFT, _TOP, _SOURCE_SIDE = 110, 2, 224
_MARGIN = (_SOURCE_SIDE * _SCALE - SIDE) / 2
_EXPOSURE_SECONDS = 0.02
_EXPOSURE_SAMPLES = 3
_NOISE = 1.6
_SEED = 25
_BLINKS_AT = (0.55, 1.9, 3.15, 5.6)
_BLINK_SECONDS = 0.06


class Film:
    """Frames of the portrait speaking.

    Frame n is shown from n/25 s to (n+1)/25 s, and its exposure is centred on the middle of that time: on
    average over the time it is seen, the picture neither leads nor lags the sound.
    """

    def __init__(self, articulation: Articulation, seconds: float) -> None:
        self._articulation = articulation
        self._count = round(seconds * FPS)
        self._random = np.random.default_rng(_SEED)
        self._sway = _sway(self._count, self._random)
        self._mouth = Mouth(enlarged(_LEFT, _TOP, _SOURCE_SIDE, _SCALE), Canvas(_LEFT, _TOP, _SCALE))

    def __len__(self) -> int:
        return self._count

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Yields (SIDE, SIDE, 3) uint8 RGB."""
        for index in range(self._count):
            picture = self._exposed((index + 0.5) / FPS)
            picture = _moved(picture, self._sway[index])
            picture += self._random.normal(0, _NOISE, picture.shape).astype(np.float32)
            yield np.clip(np.rint(picture), 0, 255).astype(np.uint8)

    def _exposed(self, middle: float) -> Picture:
        steps = (np.arange(_EXPOSURE_SAMPLES) + 0.5) / _EXPOSURE_SAMPLES - 0.5
        shots = [self._instant(middle + step * _EXPOSURE_SECONDS) for step in steps]
        return np.asarray(np.mean(shots, axis=0), np.float32)

    def _instant(self, seconds: float) -> Picture:
        picture = self._mouth.at(self._articulation.at(seconds))
        return blink(picture, self._closed(seconds), _LEFT, _TOP, _SCALE)

    def _closed(self, seconds: float) -> float:
        return float(sum(np.exp(-(((seconds - at) / _BLINK_SECONDS) ** 4)) for at in _BLINKS_AT))


def _sway(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Slow drift: (count, 4) of dx and dy in pixels, degrees and scale."""
    white = random.normal(size=(count, 4))
    drift = gaussian_filter1d(white, 9, axis=0, mode="wrap")
    drift /= drift.std(axis=0)
    moves: NDArray[np.float64] = drift * (2.2, 1.8, 0.5, 0.004) + (0, 0, 0, 1)
    return moves


def _moved(picture: Picture, move: NDArray[np.float64]) -> Picture:
    dx, dy, degrees, scale = (float(value) for value in move)
    centre = picture.shape[0] / 2
    matrix = cv2.getRotationMatrix2D((centre, centre), degrees, scale)
    matrix[:, 2] += np.array((dx - _MARGIN, dy - _MARGIN))
    return np.asarray(cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC), np.float32)
