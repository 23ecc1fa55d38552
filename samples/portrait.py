"""The portrait, and where its features are, in pixels of ``skimage.data.astronaut()`` (512 x 512)."""

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

Points = NDArray[np.float64]

MIDDLE_X = 223.4
CORNERS = np.array([(202.3, 139.6), (244.6, 140.4)])

# The lips' contours, read off an enlargement; left to right as seen.
UPPER_OUTER = np.array(
    [
        (202.3, 138.8),
        (207, 138.6),
        (213, 138.7),
        (219, 139.0),
        (223, 139.8),
        (227, 139.2),
        (233, 138.6),
        (239, 138.7),
        (244.6, 139.6),
    ]
)
UPPER_INNER = np.array(
    [
        (202.3, 139.4),
        (207, 140.9),
        (212, 142.0),
        (218, 142.7),
        (223, 143.0),
        (228, 142.9),
        (234, 142.3),
        (239, 141.0),
        (244.6, 140.0),
    ]
)
LOWER_INNER = np.array(
    [
        (202.3, 139.8),
        (206, 143.6),
        (210, 147.3),
        (214, 149.2),
        (220, 150.0),
        (226, 149.9),
        (232, 148.9),
        (237, 146.3),
        (241, 143.5),
        (244.6, 140.8),
    ]
)
LOWER_OUTER = np.array(
    [
        (202.3, 140.4),
        (206, 145.8),
        (210, 150.2),
        (215, 153.6),
        (220, 155.2),
        (225, 155.4),
        (230, 154.4),
        (235, 151.4),
        (240, 146.8),
        (244.6, 141.4),
    ]
)

# Skin that the jaw carries, with its share of the jaw's drop.
JAW = np.array([(205, 168), (213, 174), (221, 177.5), (231, 176), (239, 171)], np.float64)
CHIN = np.array([(212, 165), (222, 167), (232, 165), (222, 160.5)], np.float64)
JAW_SIDES = np.array([(191, 156), (198, 163), (246, 164), (252, 158)], np.float64)

# Skin that stays: the nose, the cheeks and the neck.
NOSE = np.array([(212, 131), (218, 133.5), (224, 134), (230, 133.5), (236, 131)], np.float64)
CHEEKS = np.array(
    [(193, 132), (188, 140), (186, 150), (182, 142), (254, 132), (259, 141), (260, 150), (264, 142)],
    np.float64,
)
NECK = np.array([(205, 190), (214, 191), (223, 191), (232, 191), (241, 190)], np.float64)

LEFT_EYE = np.array([(195, 101), (200, 97.6), (207, 97.8), (213, 104.4), (206.5, 104.6), (200, 104.4)])
RIGHT_EYE = np.array([(237, 106), (244, 100), (250, 100), (256, 105), (250, 107.3), (244, 107.3)])


def enlarged(left: float, top: float, side: int, scale: int) -> NDArray[np.float32]:
    """Returns a square of the portrait, (side*scale, side*scale, 3) float32 RGB, by Lanczos interpolation."""
    centre_shift = (scale - 1) / 2
    matrix = np.array(
        [[scale, 0, centre_shift - left * scale], [0, scale, centre_shift - top * scale]], np.float64
    )
    size = (side * scale, side * scale)
    picture = np.asarray(data.astronaut(), np.float32)  # type: ignore[no-untyped-call]
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LANCZOS4), np.float32)


def along(contour: Points, count: int) -> Points:
    """Returns ``count`` points of a contour at even steps of x, (count, 2)."""
    x = np.linspace(contour[0, 0], contour[-1, 0], count)
    return np.column_stack([x, np.interp(x, contour[:, 0], contour[:, 1])])
