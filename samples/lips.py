"""Where the lips' contours lie in a pose."""

from dataclasses import dataclass

import numpy as np

from samples.portrait import (
    LOWER_INNER,
    LOWER_OUTER,
    MIDDLE_X,
    UPPER_INNER,
    UPPER_OUTER,
    Points,
    along,
)
from samples.visemes import Pose

COUNT = 13
REST_HALF_WIDTH = 17.6
_SEAM_MIDDLE_Y = 147.0
_SEAM_CORNER_Y = 143.4
_MOST_LIFT = 2.4

_UPPER_THICKNESS = along(UPPER_INNER, COUNT)[:, 1] - along(UPPER_OUTER, COUNT)[:, 1]
_LOWER_THICKNESS = along(LOWER_OUTER, COUNT)[:, 1] - along(LOWER_INNER, COUNT)[:, 1]
_SIDE = np.linspace(-1, 1, COUNT)
_SOURCE_X = along(UPPER_INNER, COUNT)[:, 0]
_SOURCE_HALF_WIDTH = (_SOURCE_X[-1] - _SOURCE_X[0]) / 2


@dataclass(frozen=True)
class Lips:
    """Four contours from the left corner to the right, (COUNT, 2) each, in pixels of the portrait."""

    upper_outer: Points
    upper_inner: Points
    lower_inner: Points
    lower_outer: Points

    def opening(self) -> Points:
        """Returns the polygon between the lips, (2*COUNT, 2)."""
        return np.concatenate([self.upper_inner, self.lower_inner[::-1]])


SOURCE = Lips(*(along(contour, COUNT) for contour in (UPPER_OUTER, UPPER_INNER, LOWER_INNER, LOWER_OUTER)))


def lips(pose: Pose) -> Lips:
    """Returns the contours: an opening of ``pose.aperture`` about a seam that rounding makes straighter."""
    x = MIDDLE_X + (_SOURCE_X - MIDDLE_X) * pose.half_width / _SOURCE_HALF_WIDTH
    rounding = (REST_HALF_WIDTH - pose.half_width) / REST_HALF_WIDTH
    corner = _SEAM_CORNER_Y + 5.0 * max(rounding, 0.0) + 0.22 * pose.aperture
    seam = corner + (_SEAM_MIDDLE_Y - corner) * (1 - _SIDE**2)
    profile = (1 - _SIDE**2) ** 0.8
    lift = _MOST_LIFT * (1 - np.exp(-0.25 * pose.aperture / _MOST_LIFT)) + 1.1 * pose.tuck
    upper_inner = seam - lift * profile
    lower_inner = upper_inner + pose.aperture * profile
    fullness = 1 + 1.2 * max(rounding, 0.0) - 0.10 * max(1 - pose.aperture, 0.0)
    upper_outer = upper_inner - _UPPER_THICKNESS * 1.15 * fullness
    lower_outer = lower_inner + _LOWER_THICKNESS * 1.05 * fullness * (1 - 0.35 * pose.tuck)
    return Lips(*(np.column_stack([x, y]) for y in (upper_outer, upper_inner, lower_inner, lower_outer)))
