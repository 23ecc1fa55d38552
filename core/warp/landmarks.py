"""Names for some of the 68 iBUG points."""

from liptune.core.faces.geometry import box_of, side
from liptune.core.warp.types import Floats

JAW = slice(0, 17)
CHIN = 8
NOSE_BRIDGE = (27, 28, 29, 30)
NOSE_BASE = (31, 32, 33, 34, 35)
EYE_CORNERS = (36, 39, 42, 45)
MOUTH = slice(48, 68)
STILL = (*NOSE_BRIDGE, *EYE_CORNERS)
"""Points that neither speech nor blinking moves."""


def face_size(landmarks: Floats) -> float:
    """Side of the square that dlib would draw around (68, 2) points, in pixels."""
    return side(box_of(landmarks))
