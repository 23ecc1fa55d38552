"""The 68 iBUG points among the 468 of the face mesh.

Outlines of lips, eyes and face are those of the mesh's own contours (``FACEMESH_LIPS``, ``FACEMESH_LEFT_EYE``
and the others of MediaPipe, Apache-2.0), taken where the corners and middles of the 68 points are.
"""

from itertools import chain

JAW = (127, 234, 177, 215, 172, 136, 149, 176, 152, 400, 378, 365, 397, 435, 401, 454, 356)
RIGHT_BROW = (70, 63, 105, 66, 107)
LEFT_BROW = (336, 296, 334, 293, 300)
NOSE_BRIDGE = (168, 197, 5, 4)
NOSE_BASE = (75, 97, 2, 326, 305)
RIGHT_EYE = (33, 160, 158, 133, 153, 144)
LEFT_EYE = (362, 385, 387, 263, 373, 380)
OUTER_LIPS = (61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181)
INNER_LIPS = (78, 82, 13, 312, 308, 317, 14, 87)

RIGHT_EYE_CORNER = 36
LEFT_EYE_CORNER = 45
"""The outer ones, among the 68."""

IBUG = tuple(
    chain(JAW, RIGHT_BROW, LEFT_BROW, NOSE_BRIDGE, NOSE_BASE, RIGHT_EYE, LEFT_EYE, OUTER_LIPS, INNER_LIPS)
)
