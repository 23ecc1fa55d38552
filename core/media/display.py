"""How a container wants the picture turned and mirrored before it is shown."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = tuple[int, int, int, int, int, int, int, int, int]
"""ISO/IEC 14496-12, 8.3.2, row by row: 16.16 numbers, the third column 2.30. x and y point right and down."""

IDENTITY: Matrix = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
SNAP_DEGREES = 1.0


@dataclass(frozen=True)
class Orientation:
    """``mirrored``: left and right are swapped first. ``degrees``: then it is turned clockwise, 0 … 360."""

    mirrored: bool = False
    degrees: float = 0.0

    @property
    def quarters(self) -> int | None:
        """Quarter turns, None where it is turned by another angle."""
        return round(self.degrees / 90) % 4 if self.degrees % 90 == 0 else None

    def shown_size(self, width: int, height: int) -> tuple[int, int]:
        """The size of what is shown of a picture with square pixels: a box that holds it all."""
        if self.quarters is not None:
            return (height, width) if self.quarters % 2 else (width, height)
        cosine, sine = abs(math.cos(math.radians(self.degrees))), abs(math.sin(math.radians(self.degrees)))
        return round(width * cosine + height * sine), round(width * sine + height * cosine)

    def filtered(self, stream: Any, shown: tuple[int, int]) -> Any:
        """Adds ffmpeg's filters to a stream of square pixels. ``shown``: the size that `shown_size` gives."""
        if self.mirrored:
            stream = stream.filter("hflip")
        if self.quarters is None:
            size = {"ow": shown[0], "oh": shown[1]}
            return stream.filter("rotate", f"{math.radians(self.degrees):.9f}", **size, fillcolor="black")
        if self.quarters == 2:
            return stream.filter("hflip").filter("vflip")
        return (
            stream.filter("transpose", {1: "clock", 3: "cclock"}[self.quarters]) if self.quarters else stream
        )

    def unturned(
        self, points: NDArray[np.float32], shown: tuple[int, int], size: tuple[int, int]
    ) -> NDArray[np.float32]:
        """Where (…, 2) points of what is shown lie before it is turned, in a picture of ``size``.

        Sizes are width and height. Points are pixels' numbers, whose centres are whole.
        """
        angle = math.radians(self.degrees)
        cosine, sine = round(math.cos(angle), 12), round(math.sin(angle), 12)
        x, y = (points[..., axis] - (shown[axis] - 1) / 2 for axis in (0, 1))
        across = cosine * x + sine * y
        down = cosine * y - sine * x
        across = -across if self.mirrored else across
        turned = np.stack([across + (size[0] - 1) / 2, down + (size[1] - 1) / 2], axis=-1)
        return np.asarray(turned, np.float32)


def parse_matrix(printed: str) -> Matrix | None:
    """Reads what ffprobe prints; None for a matrix that changes nothing, or none at all."""
    rows = re.findall(r"^[0-9a-f]{8}:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$", printed, re.MULTILINE)
    if len(rows) != 3:
        return None
    a, b, u, c, d, v, x, y, w = (int(number) for row in rows for number in row)
    return None if (a, b, c, d) == (1 << 16, 0, 0, 1 << 16) else (a, b, u, c, d, v, x, y, w)


def orientation(matrix: Matrix | None) -> Orientation:
    """What the matrix asks for, without its scale; angles near a quarter turn are one."""
    if matrix is None:
        return Orientation()
    a, b, _, c, d, *_ = matrix
    determinant = a * d - b * c
    if determinant == 0:
        return Orientation()
    degrees = math.degrees(math.atan2(-c, d)) % 360
    near = 90 * round(degrees / 90)
    return Orientation(determinant < 0, float(near % 360) if abs(degrees - near) < SNAP_DEGREES else degrees)
