"""The rectangle of the enlarged portrait that moves, and drawing on it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.portrait import Points

Picture = NDArray[np.float32]

# The part of the portrait that moves: left, top, width, height.
_REGION = (172, 124, 100, 72)
_FEATHER = 6


@dataclass(frozen=True)
class Canvas:
    """The moving part of a portrait enlarged ``scale`` times from (``left``, ``top``)."""

    left: float
    top: float
    scale: int

    @property
    def corner(self) -> tuple[int, int]:
        """Its left and top in the enlarged portrait."""
        return round((_REGION[0] - self.left) * self.scale), round((_REGION[1] - self.top) * self.scale)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return _REGION[2] * self.scale, _REGION[3] * self.scale

    def local(self, points: Points) -> Points:
        """Turns pixels of the portrait, (n, 2), into those of the canvas."""
        centre_shift = (self.scale - 1) / 2
        moved: Points = (points - (self.left, self.top)) * self.scale + centre_shift - self.corner
        return moved

    def pixels(self) -> Picture:
        """Returns x and y of every pixel, (height, width, 2)."""
        columns, rows = np.meshgrid(np.arange(self.size[0]), np.arange(self.size[1]))
        return np.stack([columns, rows], axis=-1).astype(np.float32)

    def crop(self, picture: Picture) -> Picture:
        """Returns the canvas's part of the enlarged portrait, a view."""
        (x, y), (width, height) = self.corner, self.size
        return picture[y : y + height, x : x + width]

    def filled(self, polygon: Points) -> Picture:
        """Returns an antialiased mask of a polygon in pixels of the portrait, (height, width)."""
        mask = np.zeros(self.size[::-1], np.uint8)
        cv2.fillPoly(mask, [np.rint(self.local(polygon) * 256).astype(np.int32)], 255, cv2.LINE_AA, 8)
        return mask.astype(np.float32) / np.float32(255)

    def feather(self) -> Picture:
        """Returns 1 within, falling to 0 at the border."""
        width = _FEATHER * self.scale
        mask = np.zeros(self.size[::-1], np.float32)
        mask[width:-width, width:-width] = 1
        return blurred(mask, width / 2.5)


def blurred(picture: Picture, sigma: float) -> Picture:
    """Returns the picture under a Gaussian of ``sigma`` pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def mix(below: Picture, above: Picture, alpha: Picture) -> Picture:
    """Lays ``above`` over ``below``, (h, w, 3), where ``alpha``, (h, w), says."""
    return below + (above - below) * alpha[..., None]
