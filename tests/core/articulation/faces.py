"""Synthetic faces that speak, in pixels."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.pose import TEMPLATE

EYES = 60.0
"""Pixels between the eyes."""


def face(gap: float = 0.0) -> NDArray[np.float32]:
    """(68, 2) upright, the middle of the eyes at 0; ``gap``: between the lips, in distances of the eyes."""
    points = np.zeros((68, 2))
    turns = np.linspace(np.pi, 0, 17)
    points[:17] = np.stack([np.cos(turns), 0.3 + 1.2 * np.sin(turns)], 1)
    points[17:27] = np.stack([np.linspace(-0.9, 0.9, 10), np.full(10, -0.35)], 1)
    points[27:36] = TEMPLATE[2]
    points[36:42], points[42:48] = TEMPLATE[0], TEMPLATE[1]
    points[48:60] = _ring(12, 0.45, 0.12, gap)
    points[60:68] = _ring(8, 0.3, 0.0, gap)
    return (points * EYES).astype(np.float32)


def _ring(count: int, wide: float, high: float, gap: float) -> NDArray[np.float64]:
    """From the face's right corner over the upper lip to the left, and back under the lower."""
    turns = np.pi + np.arange(count) * 2 * np.pi / count
    height = np.sin(turns)
    inner = np.sign(np.round(height, 9)) * gap / 2
    return np.stack([wide * np.cos(turns), 1.2 + high * height + inner], 1)


def speaking(count: int, seed: int = 0) -> NDArray[np.float32]:
    """(count, 68, 2) turned, moved and scaled from frame to frame, the mouth opening and closing."""
    random = np.random.default_rng(seed)
    gaps = 0.1 + 0.1 * np.sin(np.arange(count) / 3)
    faces = np.stack([face(gap) for gap in gaps])
    angle = random.uniform(-0.3, 0.3, count)
    turn = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], 1).reshape(-1, 2, 2)
    scale = random.uniform(0.8, 1.3, (count, 1, 1))
    shift = random.uniform(50, 300, (count, 1, 2))
    return np.asarray((faces @ turn.swapaxes(1, 2)) * scale + shift, np.float32)
