"""Paints the inside of the opened mouth: its dark, the tongue, and both rows of teeth."""

import numpy as np

from samples.canvas import Canvas, Picture, blurred, mix
from samples.lips import SOURCE, Lips
from samples.portrait import MIDDLE_X
from samples.visemes import Pose

_DARK = np.array((52, 22, 20), np.float32)
_TONGUE = np.array((158, 84, 82), np.float32)
_LOWER_TEETH = np.array((149, 139, 126), np.float32)
_UPPER_TEETH_LIGHT = np.float32(0.92)
_TONGUE_WIDTH, _TONGUE_HEIGHT = 11.5, 6.0


class Cavity:
    """The inside of the mouth. The upper teeth are the smile's own and stay with the skull."""

    def __init__(self, picture: Picture, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pixels = canvas.pixels()
        self._teeth = canvas.crop(picture) * _UPPER_TEETH_LIGHT
        self._teeth_mask = blurred(canvas.filled(SOURCE.opening() - (0, 0.7)), 0.3 * canvas.scale)

    def at(self, pose: Pose, shape: Lips) -> Picture:
        """Returns the inside over the whole canvas; the opening between the lips shows a part of it."""
        inside = np.tile(_DARK, (*self._pixels.shape[:2], 1))
        inside = mix(inside, *self._tongue(pose))
        inside = mix(inside, np.broadcast_to(_LOWER_TEETH, inside.shape), self._lower_teeth(pose))
        inside = mix(inside, self._teeth, self._teeth_mask)
        return inside * self._shade(shape)[..., None]

    def _tongue(self, pose: Pose) -> tuple[Picture, Picture]:
        centre = np.array([[MIDDLE_X, 154.2 + 0.62 * pose.jaw - 5.0 * pose.tongue]])
        away = (self._pixels - self._canvas.local(centre)) / self._canvas.scale
        x, y = away[..., 0], away[..., 1]
        light = 0.72 - 0.05 * y - 0.10 * np.exp(-((x / 1.2) ** 2))
        mask = np.clip((1 - np.hypot(x / _TONGUE_WIDTH, y / _TONGUE_HEIGHT)) * 4, 0, 1)
        return np.asarray(light[..., None] * _TONGUE, np.float32), mask.astype(np.float32)

    def _lower_teeth(self, pose: Pose) -> Picture:
        top = 149.3 + pose.jaw
        arch = [(x, top + 0.012 * (x - MIDDLE_X) ** 2) for x in np.linspace(212, 235, 9)]
        polygon = np.array([*arch, (235, 175), (212, 175)])
        return blurred(self._canvas.filled(polygon), 0.5 * self._canvas.scale)

    def _shade(self, shape: Lips) -> Picture:
        """Darkness towards the corners and under the upper lip."""
        upper = self._canvas.local(shape.upper_inner)
        line = np.interp(np.arange(self._canvas.size[0]), upper[:, 0], upper[:, 1])
        depth = np.maximum(self._pixels[..., 1] - line, 0) / self._canvas.scale
        middle = (upper[0, 0] + upper[-1, 0]) / 2
        side = np.clip(np.abs(self._pixels[..., 0] - middle) / (upper[-1, 0] - middle), 0, 1)
        return np.asarray((1 - 0.5 * np.exp(-depth / 1.3)) * (1 - 0.75 * side**2.5), np.float32)
