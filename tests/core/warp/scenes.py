"""A face with known landmarks, drawn: skin with freckles, an oval mouth, a background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.types import Box, Floats, Pair, View

SIDE = 256
FACE = 200.0


def landmarks(opening: float = 0.1) -> Floats:
    """(68, 2) of a face of `FACE` pixels in a square picture. ``opening``: of the mouth, in faces."""
    jaw = [(np.cos(a) * -0.45, np.sin(a) * 0.55 - 0.05) for a in np.linspace(0, np.pi, 17)]
    brows = [(x, -0.28) for x in (-0.35, -0.3, -0.24, -0.18, -0.12, 0.12, 0.18, 0.24, 0.3, 0.35)]
    nose = [(0, y) for y in (-0.16, -0.09, -0.02, 0.05)] + [(x, 0.1) for x in (-0.08, -0.04, 0, 0.04, 0.08)]
    eye = [(-0.08, 0), (-0.03, -0.03), (0.03, -0.03), (0.08, 0), (0.03, 0.03), (-0.03, 0.03)]
    eyes = [(x + side, y - 0.17) for side in (-0.2, 0.2) for x, y in eye]
    outer = [(-0.17 * np.cos(a), 0.25 - (0.05 + opening / 2) * np.sin(a)) for a in _round(12)]
    inner = [(-0.12 * np.cos(a), 0.25 - opening / 2 * np.sin(a)) for a in _round(8)]
    points = np.array([*jaw, *brows, *nose, *eyes, *outer, *inner])
    return np.asarray(points * FACE + SIDE / 2, np.float32)


def _round(count: int) -> NDArray[np.float64]:
    return np.arange(count) * 2 * np.pi / count


def portrait(points: Floats, tone: tuple[float, float, float] = (150, 112, 148)) -> Floats:
    """(SIDE, SIDE, 3) Y'CbCr of a face with these landmarks. Freckles stay where the head is."""
    noise = np.random.default_rng(1).standard_normal((SIDE, SIDE)).astype(np.float32)
    skin = cv2.GaussianBlur(noise, (0, 0), 2.5) * 50
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    picture[:] = (60, 140, 120)
    face = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(face, (SIDE // 2, SIDE // 2), (96, 125), 0, 0, 360, 1, -1)
    picture[face > 0] = tone
    picture[..., 0] += skin * (face > 0)
    shift = points[30] - landmarks()[30]
    moved = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float64)
    picture = np.asarray(cv2.warpAffine(picture, moved, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE))
    cv2.fillConvexPoly(picture, np.rint(points[48:60]).astype(np.int32), (110, 118, 165))
    cv2.fillConvexPoly(picture, np.rint(points[60:68]).astype(np.int32), (30, 128, 130))
    return np.asarray(np.clip(picture, 16, 235), np.float32)


def view(points: Floats, pixels: Floats | None = None) -> View:
    """The whole picture as a view."""
    return View(Box(0, 0, SIDE, SIDE), portrait(points) if pixels is None else pixels, points)


def pair(donor_opening: float = 0.2, shift: tuple[float, float] = (5.0, -3.0)) -> Pair:
    """A closed mouth that gets an open one, from a head that has moved."""
    moved = np.asarray(landmarks(donor_opening) + np.array(shift), np.float32)
    return Pair(view(landmarks(0.02)), view(moved))


def raw(layout: RawFormat, seed: int = 0) -> RawFrame:
    """A frame of random samples."""
    rng = np.random.default_rng(seed)
    bits = int(layout.name[-4:-2]) if layout.name.endswith("le") else 8
    samples = rng.integers(0, 1 << bits, layout.bytes // layout.dtype.itemsize)
    return np.ascontiguousarray(samples.astype(layout.dtype)).view(np.uint8)
