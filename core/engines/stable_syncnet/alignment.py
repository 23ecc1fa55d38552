"""The aligned face that StableSyncNet sees, cut as LatentSync cuts it."""

import cv2
import numpy as np
from numpy.typing import NDArray

CANVAS = (210, 280)
"""Width and height of the aligned face."""
SIDE = 256
FILL = 127

TEMPLATE = np.array([[47.6, 56.0], [162.4, 56.0], [105.0, 112.0]])
"""Where the brow centres and the nose belong on the canvas, x and y."""

SMALLEST = 0.5
"""Least spread of the three points, in pixels; a face smaller than a pixel is no face."""

BROW_LEFT = slice(17, 22)
BROW_RIGHT = slice(22, 27)
NOSE = slice(27, 36)
"""Points of the 68 that stand in for those of the 106-point model the published code uses."""


def lower_face(frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Cuts the lower half of the aligned face out of an RGB frame, (128, 256, 3) uint8."""
    matrix = similarity(anchors(landmarks))
    left, top, right, bottom = _reach(matrix, frame.shape[1], frame.shape[0])
    matrix[:, 2] += matrix[:, :2] @ (left, top)
    canvas = cv2.warpAffine(
        frame[top:bottom, left:right].astype(np.float32),
        matrix,
        CANVAS,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(FILL, FILL, FILL),
    )
    face = cv2.resize(canvas.astype(np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_LANCZOS4)
    return np.asarray(face[SIDE // 2 :], np.uint8)


def _reach(matrix: NDArray[np.float64], width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the part of the frame that the canvas shows, at least a pixel."""
    corners = np.array([[0, 0], [CANVAS[0], 0], [0, CANVAS[1]], CANVAS], np.float64)
    source = np.linalg.solve(matrix[:, :2], (corners - matrix[:, 2]).T)
    low = np.clip(np.floor(source.min(axis=1)) - 1, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(source.max(axis=1)) + 2, low + 1, (width, height)).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def anchors(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Left brow, right brow and nose of (68, 2) landmarks, in whole pixels as published, (3, 2)."""
    groups = (landmarks[part] for part in (BROW_LEFT, BROW_RIGHT, NOSE))
    return np.round(np.stack([np.asarray(group, np.float64).mean(axis=0) for group in groups]))


def similarity(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 2×3 matrix that turns and scales three points onto the template.

    Rotation by the singular vectors of their correlation, scale by the ratio of their spreads. The published
    code then adds the nose's misfit, in units of spread, to the shift. It blends in a fifth of the misfit of
    the frame before: hundredths of a pixel, which are left out here.
    """
    from_centre, to_centre = points.mean(axis=0), TEMPLATE.mean(axis=0)
    spread, target_spread = max((points - from_centre).std(), SMALLEST), (TEMPLATE - to_centre).std()
    source = (points - from_centre) / spread
    target = (TEMPLATE - to_centre) / target_spread
    left, _, right = np.linalg.svd(source.T @ target)
    mirrored = np.linalg.det(left @ right) < 0
    rotation = (left @ np.diag([1.0, -1.0 if mirrored else 1.0]) @ right).T
    turned = target_spread / spread * rotation
    shift = to_centre - turned @ from_centre + (target[2] - source[2])
    return np.column_stack([turned, shift])
