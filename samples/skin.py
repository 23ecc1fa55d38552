"""Bends the portrait's lower face so that the lips take a shape."""

import cv2
import numpy as np
from scipy.interpolate import RBFInterpolator

from samples.canvas import Canvas, Picture
from samples.lips import SOURCE, Lips
from samples.portrait import CHEEKS, CHIN, CORNERS, JAW, JAW_SIDES, NECK, NOSE, Points

_GRID_STEP = 2
_SMOOTHING = 0.5

# How much of the corners' movement the skin beside them makes, by distance in pixels.
_BESIDE = ((3.5, 0.75), (7.0, 0.45), (11.0, 0.2))
_JAW_AT_REST = 0.5
_STILL = np.concatenate([NOSE, CHEEKS, NECK])
_CARRIED = np.concatenate([JAW, CHIN, JAW_SIDES])
_CARRIED_SHARE = np.repeat((1.0, 0.9, 0.35), (len(JAW), len(CHIN), len(JAW_SIDES)))


class Skin:
    """The skin of a picture, bent by thin-plate splines; the two lips bend apart from each other."""

    def __init__(self, picture: Picture, canvas: Canvas) -> None:
        self._picture = picture
        self._canvas = canvas
        self._pixels = canvas.pixels()
        self._feather = canvas.feather()[..., None]

    def upper(self, shape: Lips, jaw: float) -> Picture:
        """Returns the canvas as the upper lip has it; wrong below the opening."""
        source = np.concatenate([SOURCE.upper_outer, SOURCE.upper_inner])
        return self._bent(source, np.concatenate([shape.upper_outer, shape.upper_inner]), shape, jaw)

    def lower(self, shape: Lips, jaw: float) -> Picture:
        """Returns the canvas as the lower lip has it; wrong above the opening."""
        source = np.concatenate([SOURCE.lower_inner, SOURCE.lower_outer])
        return self._bent(source, np.concatenate([shape.lower_inner, shape.lower_outer]), shape, jaw)

    def _bent(self, lip: Points, lip_moved: Points, shape: Lips, jaw: float) -> Picture:
        beside, beside_moved = _beside(shape)
        carried = _CARRIED + np.outer(_CARRIED_SHARE * (jaw - _JAW_AT_REST), (0, 1))
        source = self._canvas.local(np.concatenate([lip, beside, _STILL, _CARRIED]))
        target = self._canvas.local(np.concatenate([lip_moved, beside_moved, _STILL, carried]))
        shift = self._shift(source, target)
        places = self._pixels + shift * self._feather + np.array(self._canvas.corner, np.float32)
        bent = cv2.remap(self._picture, places[..., 0], places[..., 1], cv2.INTER_CUBIC)
        return np.asarray(bent, np.float32)

    def _shift(self, source: Points, target: Points) -> Picture:
        """Where each pixel's colour comes from, relative to it, (h, w, 2)."""
        spline = RBFInterpolator(target, source - target, kernel="thin_plate_spline", smoothing=_SMOOTHING)
        step = _GRID_STEP * self._canvas.scale
        columns, rows = (np.arange(0, length + step, step) for length in self._canvas.size)
        nodes = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        coarse = spline(nodes).reshape(len(rows), len(columns), 2).astype(np.float32)
        places = self._pixels / np.float32(step)
        return np.asarray(cv2.remap(coarse, places[..., 0], places[..., 1], cv2.INTER_LINEAR), np.float32)


def _beside(shape: Lips) -> tuple[Points, Points]:
    moves = (shape.upper_inner[[0, -1]] + shape.lower_inner[[0, -1]]) / 2 - CORNERS
    sources = [CORNERS + np.array([(-away, 0), (away, 0)]) for away, _ in _BESIDE]
    targets = [source + share * moves for source, (_, share) in zip(sources, _BESIDE, strict=True)]
    return np.concatenate(sources), np.concatenate(targets)
