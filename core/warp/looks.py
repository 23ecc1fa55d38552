"""How a face looks as it passes by: its sharpness and light, by which donors are compared."""

from dataclasses import dataclass

import cv2
import numpy as np

from liptune.core.warp.types import Floats, Part, View

BLUR_COST = 0.7
"""Analysis frames of displacement that a donor half as sharp is worth avoiding."""

LIGHT_COST = 1.0
"""Likewise for one twice as bright or dark."""


@dataclass(frozen=True)
class Seen:
    """A face as it passed by. ``sharpness``, ``light``: of the part that speech leaves alone."""

    view: View
    sharpness: float
    light: float


def unlike(donor: Seen, target: Seen) -> float:
    """The cost of a donor's blur and of its other light, in analysis frames of displacement."""
    blur = max(0.0, float(np.log2(target.sharpness / donor.sharpness)))
    return BLUR_COST * blur + LIGHT_COST * abs(float(np.log2(donor.light / target.light)))


def seen(view: View) -> Seen:
    """Measured on the nose and the cheeks beside it."""
    return Seen(view, *look_of(view.pixels[middle(view.landmarks)][..., 0]))


def middle(landmarks: Floats) -> Part:
    """The nose and the cheeks beside it, of (68, 2) points; it may reach beyond the picture."""
    nose = landmarks[27:36]
    (left, top), (right, bottom) = nose.min(axis=0), nose.max(axis=0)
    reach = (right - left) / 2
    return (
        slice(max(0, round(top)), max(2, round(bottom))),
        slice(max(0, round(left - reach)), max(2, round(right + reach))),
    )


def look_of(luma: Floats) -> tuple[float, float]:
    """Sharpness and light of (h, w) luma on the scale of 8 bits."""
    if luma.size == 0:
        return 1.0, 1.0
    return float(cv2.Laplacian(luma, cv2.CV_32F).std()) + 0.5, max(1.0, float(luma.mean()))
