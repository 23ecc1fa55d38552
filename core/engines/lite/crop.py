"""Cuts the lite network's visual input: a stabilised grey mouth, and 33 lip and jaw points."""

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.pose import face_pose

HEIGHT = 48
WIDTH = 80
PIXELS_PER_EYE_DISTANCE = 54.0
SUPERSAMPLE = 2
# Where the crop is centred, below the middle of the eyes, in distances between the eyes.
CENTRE_BELOW_EYES = 1.14
POINTS = np.r_[2:15, 48:68]

VISUAL_DTYPE = np.dtype([("mouth", np.uint8, (HEIGHT, WIDTH)), ("points", np.float32, (len(POINTS), 2))])


def mouth_points(landmarks: NDArray[np.float32], pose: NDArray[np.float64]) -> NDArray[np.float32]:
    """Lip and jaw points in the mean face's coordinates, (33, 2), centred on the crop."""
    points = landmarks[POINTS].astype(np.float64) @ pose[:, :2].T + pose[:, 2]
    return (points - (0.0, CENTRE_BELOW_EYES)).astype(np.float32)


def mouth_crop(
    frame: NDArray[np.uint8], pose: NDArray[np.float64], height: int = HEIGHT, width: int = WIDTH
) -> NDArray[np.uint8]:
    """The stabilised mouth, (height, width) grey; larger sizes show more around the same centre and scale."""
    scale = PIXELS_PER_EYE_DISTANCE * SUPERSAMPLE
    matrix = pose * scale
    matrix[:, 2] += (width * SUPERSAMPLE / 2, height * SUPERSAMPLE / 2 - CENTRE_BELOW_EYES * scale)
    grey = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    size = (width * SUPERSAMPLE, height * SUPERSAMPLE)
    large = cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def visual_input(frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.void]:
    """One frame's input, a 0-d array of ``VISUAL_DTYPE``."""
    pose = face_pose(landmarks)
    cut = np.zeros((), VISUAL_DTYPE)
    cut["mouth"] = mouth_crop(frame, pose)
    cut["points"] = mouth_points(landmarks, pose)
    return cut
