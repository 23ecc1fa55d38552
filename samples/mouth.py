"""The portrait with its mouth in a pose."""

import numpy as np

from samples.canvas import Canvas, Picture, blurred, mix
from samples.cavity import Cavity
from samples.lips import Lips, lips
from samples.skin import Skin
from samples.visemes import Pose

_LIP_SHADOW = np.float32(0.35)
_LIP_SHADOW_WIDTH = 0.9


class Mouth:
    """Bends the skin and paints the opening, over ``picture``, (h, w, 3) float32 RGB."""

    def __init__(self, picture: Picture, canvas: Canvas) -> None:
        self._picture = picture
        self._canvas = canvas
        self._skin = Skin(picture, canvas)
        self._cavity = Cavity(picture, canvas)
        self._rows = canvas.pixels()[..., 1]
        self._feather = canvas.feather()

    def at(self, pose: Pose) -> Picture:
        """Returns the whole picture with the mouth in the pose."""
        shape = lips(pose)
        upper, lower = self._skin.upper(shape, pose.jaw), self._skin.lower(shape, pose.jaw)
        face = mix(upper, lower, self._below(shape))
        opening = self._canvas.filled(shape.opening())
        shadow = blurred(opening, _LIP_SHADOW_WIDTH * self._canvas.scale)
        face = face * (1 - _LIP_SHADOW * shadow[..., None])
        face = mix(face, self._cavity.at(pose, shape), opening)
        return self._pasted(face)

    def _below(self, shape: Lips) -> Picture:
        """Returns 1 below the line between the lips, prolonged level past the corners."""
        seam = self._canvas.local((shape.upper_inner + shape.lower_inner) / 2)
        line = np.interp(np.arange(self._canvas.size[0]), seam[:, 0], seam[:, 1])
        return np.asarray(np.clip(self._rows - line + 0.5, 0, 1), np.float32)

    def _pasted(self, face: Picture) -> Picture:
        picture = self._picture.copy()
        self._canvas.crop(picture)[:] = mix(self._canvas.crop(self._picture), face, self._feather)
        return picture
