"""Whether a video shows enough of a speaking face for other words to be put together from it."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import opening
from liptune.core.articulation.speaker import speaker_of
from liptune.core.articulation.types import Speaker
from liptune.core.dub.mouths import PROFILE_DEGREES
from liptune.core.errors import TooLittleMaterial
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.warp.pose import poses

FEWEST_SECONDS = 4.0
CLOSED_AT_MOST = 0.12
"""Distance of inner lips, in distances between the eyes: where all are further apart, no mouth is closed."""


def require_material(landmarks: NDArray[np.float32], yaw: NDArray[np.float64]) -> None:
    """``landmarks``: (n, 68, 2) of the face that is dubbed, 25 a second. ``yaw``: (n,) degrees.

    Raises `TooLittleMaterial`, which says what is missing.
    """
    facing = np.abs(yaw) <= PROFILE_DEGREES
    seconds, usable = len(landmarks) / ANALYSIS_FPS, float(facing.sum()) / ANALYSIS_FPS
    details = {"seconds_seen": round(seconds, 2), "seconds_usable": round(usable, 2)}
    if seconds >= FEWEST_SECONDS > usable:
        raise TooLittleMaterial(
            f"The face is seen from the side: it is turned away by less than {PROFILE_DEGREES:.0f}° for "
            f"{usable:.1f} s of {seconds:.1f} s, and a dub needs {FEWEST_SECONDS:.0f} s.",
            remedy="Use a video in which the face looks towards the camera.",
            details=details,
        )
    if usable < FEWEST_SECONDS:
        raise TooLittleMaterial(
            f"The face that is to be dubbed is on screen for {seconds:.1f} s; a dub needs "
            f"{FEWEST_SECONDS:.0f} s of it, for mouths to choose from.",
            remedy="Use a longer video of the same person.",
            details=details,
        )
    least = float(opening(shapes(landmarks[facing])).min())
    if least > CLOSED_AT_MOST:
        raise TooLittleMaterial(
            "The mouth is never closed in this video: there is none to show in pauses and at p, b and m.",
            remedy="Use a longer video of the same person, with a pause in it.",
            details={**details, "smallest_opening": round(least, 3)},
        )


def speaker_facing(landmarks: NDArray[np.float32]) -> Speaker:
    """How a face speaks, from (n, 68, 2) points of it, those from the side left out where there are others.

    Raises NoFace where no row is whole.
    """
    facing = np.abs(poses(landmarks)[:, 0]) <= PROFILE_DEGREES
    return speaker_of(landmarks[facing] if facing.any() else landmarks)
