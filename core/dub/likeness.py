"""How far the proportions of two faces are apart, by landmarks that speech does not move."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.pose import face_pose
from liptune.core.warp.pose import poses

PARTS = (*range(3), *range(14, 17), *range(27, 36), *range(36, 48))
"""Cheekbones, nose and eyes; lips, chin and brows go with what is said."""

MOST_TURNED_DEGREES = 25.0
ALIKE_SHARE = 0.1
"""Of the frames, those that are compared: whose heads are turned most alike, for turning a head changes its
proportions in the picture by more than people differ."""

MOST_FRAMES = 200
FEWEST_FRAMES = 3

UNLIKE = 0.035
"""From here on two faces are told to be two people's.

Training clips: of 300 pairs of one person (one speaker's clips of one day; both halves of a clip) 6 % are
further apart, of 3759 of two people 76 %.
"""


@dataclass(frozen=True)
class Proportions:
    """``points``: (n, P, 2) in distances between the eyes. ``turned``: (n, 2) degrees of yaw and pitch."""

    points: NDArray[np.float64]
    turned: NDArray[np.float64]

    @classmethod
    def of(cls, landmarks: NDArray[np.float32]) -> Self:
        """Of some of (N, 68, 2) points of one face."""
        some = landmarks[:: max(1, len(landmarks) // MOST_FRAMES)]
        turned = poses(some)[:, :2]
        kept = np.flatnonzero(np.abs(turned[:, 0]) <= MOST_TURNED_DEGREES)
        points = [_normal(some[at]) for at in kept]
        return cls(np.array(points).reshape(len(kept), len(PARTS), 2), turned[kept])

    def apart(self, other: Self) -> float:
        """The root of the mean squared distance of their points where heads are turned most alike; NaN where
        one is never turned to the camera."""
        if not (len(self.points) and len(other.points)):
            return float("nan")
        between = np.abs(self.turned[:, None] - other.turned[None]).max(axis=-1)
        nearest = between.argmin(axis=1)
        count = max(FEWEST_FRAMES, int(ALIKE_SHARE * len(nearest)))
        alike = np.argsort(between[np.arange(len(nearest)), nearest], kind="stable")[:count]
        mean = (self.points[alike] - other.points[nearest[alike]]).mean(axis=0)
        return float(np.sqrt(np.square(mean).sum(axis=-1).mean()))


def _normal(points: NDArray[np.float32]) -> NDArray[np.float64]:
    pose = face_pose(points)
    return np.asarray(points[list(PARTS)].astype(np.float64) @ pose[:, :2].T + pose[:, 2])
