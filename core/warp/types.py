"""The types of a warp: views of faces, pairs of target and donor, composites, reasons to leave a frame."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Part = tuple[slice, slice]
"""Rows and columns of an image."""


class Left(StrEnum):
    """Why a frame is left as it is."""

    IN_TIME = "in_time"
    NO_FACE = "no_face"
    NO_GAIN = "no_gain"
    CUT = "cut"
    TOO_FAR = "too_far"
    POSE = "pose"
    SHAPE = "shape"
    OUTSIDE = "outside"
    OCCLUDED = "occluded"
    DEGENERATE = "degenerate"


@dataclass(frozen=True)
class Box:
    """Part of a frame in pixels as coded. ``left`` and ``top`` lie on the grid of the colour planes."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class View:
    """A face cut out of a frame.

    ``pixels``: (h, w, 3) float32 Y'CbCr on the scale of 8 bits. ``landmarks``: (68, 2) float32 in pixels of
    the view. ``aspect``: width of a pixel when its height is 1.
    """

    box: Box
    pixels: Floats
    landmarks: Floats
    aspect: float = 1.0


@dataclass(frozen=True)
class Pair:
    """The face to change and the face whose mouth it gets.

    ``shape``: (68, 2) float32, where the donor's points shall come to lie in the target's view; None: where
    the head's motion brings them, so that the mouth keeps its own shape.
    """

    target: View
    donor: View
    shape: Floats | None = None


@dataclass(frozen=True)
class Composite:
    """What to add to the target's view.

    ``change``: (h, w, 3) float32 Y'CbCr. ``mask``: (h, w) float32, 0 where nothing may change … 1.
    """

    change: Floats
    mask: Floats
