"""Moves the portrait's lower face into a pose and paints the inside of the opened mouth."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator

from samples.lips import SOURCE, Lips, lips
from samples.portrait import CHEEKS, CHIN, CORNERS, JAW, JAW_SIDES, NECK, NOSE, Points
from samples.visemes import Pose

Picture = NDArray[np.float32]

# The part of the portrait that moves: left, top, width, height.
REGION = (172, 124, 100, 72)
_GRID_STEP = 2

_CAVITY = np.array((52, 22, 20), np.float32)
_TONGUE = np.array((158, 84, 82), np.float32)
_LOWER_TEETH = np.array((186, 174, 158), np.float32)


class Mouth:
    """The moving part of a portrait enlarged ``scale`` times from (``left``, ``top``)."""

    def __init__(self, picture: Picture, left: float, top: float, scale: int) -> None:
        self._picture = picture
        self._origin = np.array((left, top))
        self._scale = scale
        x, y, width, height = REGION
        self._corner = np.rint((np.array((x, y)) - self._origin) * scale).astype(int)
        self._size = (width * scale, height * scale)
        columns, rows = np.meshgrid(np.arange(self._size[0]), np.arange(self._size[1]))
        self._pixels = np.stack([columns, rows], axis=-1).astype(np.float32)
        self._feather = _feather(self._size[::-1], 6 * scale)

    def at(self, pose: Pose) -> Picture:
        """Returns the whole picture with the mouth in the pose, float32 RGB."""
        shape = lips(pose)
        upper = self._skin(_upper_controls(shape, pose))
        lower = self._skin(_lower_controls(shape, pose))
        face = _mix(upper, lower, self._below(shape))
        opening = self._opening(shape)
        face = face * (1 - 0.35 * cv2.GaussianBlur(opening, (0, 0), 0.9 * self._scale)[..., None])
        face = _mix(face, self._inside(pose, shape), opening)
        return self._paste(face)

    def _local(self, points: Points) -> Points:
        centre_shift = (self._scale - 1) / 2
        return (points - self._origin) * self._scale + centre_shift - self._corner

    def _skin(self, controls: tuple[Points, Points]) -> Picture:
        """Bends the picture so that the controls' sources appear at their targets (thin-plate spline)."""
        source, target = (self._local(points) for points in controls)
        spline = RBFInterpolator(target, source - target, kernel="thin_plate_spline", smoothing=0.5)
        step = _GRID_STEP * self._scale
        columns = np.arange(0, self._size[0] + step, step)
        rows = np.arange(0, self._size[1] + step, step)
        nodes = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        coarse = spline(nodes).reshape(len(rows), len(columns), 2).astype(np.float32)
        shift = cv2.remap(coarse, self._pixels[..., 0] / step, self._pixels[..., 1] / step, cv2.INTER_LINEAR)
        places = self._pixels + shift * self._feather[..., None] + self._corner.astype(np.float32)
        return np.asarray(cv2.remap(self._picture, places, None, cv2.INTER_CUBIC), np.float32)

    def _below(self, shape: Lips) -> Picture:
        """Returns 1 below the line between the lips, prolonged level past the corners."""
        seam = self._local((shape.upper_inner + shape.lower_inner) / 2)
        line = np.interp(np.arange(self._size[0]), seam[:, 0], seam[:, 1])
        return np.clip(self._pixels[..., 1] - line + 0.5, 0, 1).astype(np.float32)

    def _opening(self, shape: Lips) -> Picture:
        return _filled(self._local(shape.opening()), self._size[::-1])

    def _inside(self, pose: Pose, shape: Lips) -> Picture:
        inside = np.tile(_CAVITY, (*self._size[::-1], 1))
        inside = _mix(inside, self._tongue(pose), self._tongue_mask(pose))
        inside = _mix(inside, np.broadcast_to(_LOWER_TEETH * 0.8, inside.shape), self._lower_teeth(pose))
        inside = _mix(inside, self._crop() * 0.92, self._upper_teeth())
        return inside * self._shade(shape)[..., None]

    def _crop(self) -> Picture:
        (x, y), (width, height) = self._corner, self._size
        return self._picture[y : y + height, x : x + width]

    def _upper_teeth(self) -> Picture:
        """The smile's own teeth; they stay with the skull."""
        mask = _filled(self._local(SOURCE.opening()) - (0, 0.7 * self._scale), self._size[::-1])
        return cv2.GaussianBlur(mask, (0, 0), 0.3 * self._scale)

    def _lower_teeth(self, pose: Pose) -> Picture:
        top = 149.3 + pose.jaw
        arch = np.array([(x, top + 0.012 * (x - 223.4) ** 2) for x in np.linspace(212, 235, 9)])
        polygon = np.concatenate([arch, [(235, 175), (212, 175)]])
        return cv2.GaussianBlur(_filled(self._local(polygon), self._size[::-1]), (0, 0), 0.5 * self._scale)

    def _tongue_centre(self, pose: Pose) -> Points:
        return self._local(np.array([[223.4, 154.2 + 0.62 * pose.jaw - 5.0 * pose.tongue]]))[0]

    def _tongue_mask(self, pose: Pose) -> Picture:
        x, y = (self._pixels - self._tongue_centre(pose)).transpose(2, 0, 1) / self._scale
        distance = np.hypot(x / 11.5, y / 6.0)
        return np.clip((1 - distance) * 4, 0, 1).astype(np.float32)

    def _tongue(self, pose: Pose) -> Picture:
        x, y = (self._pixels - self._tongue_centre(pose)).transpose(2, 0, 1) / self._scale
        light = 0.72 - 0.05 * y - 0.10 * np.exp(-((x / 1.2) ** 2))
        return (light[..., None] * _TONGUE).astype(np.float32)

    def _shade(self, shape: Lips) -> Picture:
        """Darkness towards the corners and under the upper lip."""
        upper = self._local(shape.upper_inner)
        line = np.interp(np.arange(self._size[0]), upper[:, 0], upper[:, 1])
        depth = (self._pixels[..., 1] - line) / self._scale
        middle = (upper[0, 0] + upper[-1, 0]) / 2
        side = np.abs(self._pixels[..., 0] - middle) / (upper[-1, 0] - middle)
        shade = (1 - 0.5 * np.exp(-np.maximum(depth, 0) / 1.3)) * (1 - 0.75 * np.clip(side, 0, 1) ** 2.5)
        return np.asarray(shade, np.float32)

    def _paste(self, face: Picture) -> Picture:
        (x, y), (width, height) = self._corner, self._size
        picture = self._picture.copy()
        picture[y : y + height, x : x + width] = _mix(self._crop(), face, self._feather)
        return picture


def _mix(below: Picture, above: Picture, alpha: Picture) -> Picture:
    return below + (above - below) * alpha[..., None]


def _filled(polygon: Points, shape: tuple[int, int]) -> Picture:
    """Returns an antialiased mask of a polygon, (height, width) float32."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(polygon * 256).astype(np.int32)], 255, cv2.LINE_AA, 8)
    return mask.astype(np.float32) / 255


def _feather(shape: tuple[int, int], width: int) -> Picture:
    mask = np.zeros(shape, np.float32)
    mask[width:-width, width:-width] = 1
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), width / 2.5), np.float32)


def _beside(shape: Lips) -> tuple[Points, Points]:
    """The skin beside the corners follows them less with every pixel."""
    steps = np.array([(3.5, 0.75), (7.0, 0.45), (11.0, 0.2)])
    moves = (shape.upper_inner[[0, -1]] + shape.lower_inner[[0, -1]]) / 2 - CORNERS
    sources = [CORNERS + np.array([(-away, 0), (away, 0)]) for away, _ in steps]
    targets = [source + share * moves for source, (_, share) in zip(sources, steps, strict=True)]
    return np.concatenate(sources), np.concatenate(targets)


def _upper_controls(shape: Lips, pose: Pose) -> tuple[Points, Points]:
    beside, beside_moved = _beside(shape)
    still = np.concatenate([NOSE, CHEEKS, NECK])
    jaw, jaw_moved = _jaw(pose)
    source = np.concatenate([SOURCE.upper_outer, SOURCE.upper_inner, beside, still, jaw])
    target = np.concatenate([shape.upper_outer, shape.upper_inner, beside_moved, still, jaw_moved])
    return source, target


def _lower_controls(shape: Lips, pose: Pose) -> tuple[Points, Points]:
    beside, beside_moved = _beside(shape)
    still = np.concatenate([NOSE, CHEEKS, NECK])
    jaw, jaw_moved = _jaw(pose)
    source = np.concatenate([SOURCE.lower_inner, SOURCE.lower_outer, beside, still, jaw])
    target = np.concatenate([shape.lower_inner, shape.lower_outer, beside_moved, still, jaw_moved])
    return source, target


def _jaw(pose: Pose) -> tuple[Points, Points]:
    source = np.concatenate([JAW, CHIN, JAW_SIDES])
    share = np.repeat((1.0, 0.9, 0.35), (len(JAW), len(CHIN), len(JAW_SIDES)))
    return source, source + np.outer(share * (pose.jaw - 0.5), (0, 1))
