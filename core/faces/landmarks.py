"""Finds the 68 iBUG points of a face, (68, 2): what every landmark model does, and which one is used."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.geometry import Box
from liptune.core.faces.images import Gray
from liptune.core.settings import settings


@dataclass(frozen=True)
class Landmarks:
    """``points``: (68, 2) float32 pixels, in iBUG order."""

    points: NDArray[np.float32]


class LandmarkModel(Protocol):
    """A change of its points is a change of ``core.analysis.types.FACES_VERSION``."""

    def locate(self, gray: Gray, box: Box) -> Landmarks | None:
        """Returns the landmarks of the face at or near ``box`` in a (H, W) uint8 frame, None without one.

        The box may lag the face by a fair part of its size.
        """
        ...

    def follow(self, gray: Gray, last: Landmarks) -> Landmarks | None:
        """Returns the landmarks of a face that had ``last`` one frame ago; None where that is unsure."""
        ...


@cache
def landmark_model() -> LandmarkModel:
    """Returns the model that ``LIPTUNE_LANDMARKS`` names; raises LandmarksUnavailable where it is missing."""
    if settings().landmarks == "dlib68":
        from liptune.core.faces.dlib68 import Dlib68  # noqa: PLC0415 - its models come with an extra

        return Dlib68()
    from liptune.core.faces.mesh.model import Mesh  # noqa: PLC0415

    return Mesh()
