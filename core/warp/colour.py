"""Converts pixels between a video's Y'CbCr, R'G'B' and L*a*b*."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.media.read.raw import RawFormat
from liptune.core.media.write.picture import Picture
from liptune.core.warp.types import Floats

# Luma weights of red and blue: ITU-R BT.601, BT.709, BT.2020; SMPTE 240M; FCC 1953.
_WEIGHTS = {
    "bt709": (0.2126, 0.0722),
    "bt2020nc": (0.2627, 0.0593),
    "bt2020c": (0.2627, 0.0593),
    "smpte240m": (0.212, 0.087),
    "fcc": (0.30, 0.11),
}
_BT601 = (0.299, 0.114)
_HD_HEIGHT = 720


@dataclass(frozen=True)
class Colours:
    """``matrix``: (3, 3) from Y'CbCr, centred and scaled, to R'G'B'. ``origin``, ``span``: (3,) of 8 bits."""

    matrix: NDArray[np.float32]
    origin: NDArray[np.float32]
    span: NDArray[np.float32]

    def rgb(self, ycc: Floats) -> Floats:
        """(h, w, 3) R'G'B', 0 … 1, of Y'CbCr on the scale of 8 bits."""
        centred = (ycc - self.origin) / self.span
        return np.asarray(np.clip(cv2.transform(centred, self.matrix), 0, 1), np.float32)

    def ycc(self, rgb: Floats) -> Floats:
        """The way back."""
        inverse = np.linalg.inv(self.matrix.astype(np.float64)).astype(np.float32)
        return np.asarray(cv2.transform(rgb, inverse) * self.span + self.origin, np.float32)

    def lab(self, ycc: Floats) -> Floats:
        """CIE L*a*b*, as if the code values were sRGB's: for comparing pixels of one video."""
        return np.asarray(cv2.cvtColor(self.rgb(ycc), cv2.COLOR_RGB2LAB), np.float32)

    def from_lab(self, lab: Floats) -> Floats:
        """Y'CbCr of L*a*b*."""
        return self.ycc(np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32))


def colours_of(picture: Picture, layout: RawFormat) -> Colours:
    """How a video's pixels are meant; where it does not say, as players guess."""
    guess = "bt709" if layout.height >= _HD_HEIGHT else "smpte170m"
    red, blue = _WEIGHTS.get(picture.colour.get("colorspace", guess), _BT601)
    green = 1 - red - blue
    matrix = np.array(
        [
            [1, 0, 2 * (1 - red)],
            [1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green],
            [1, 2 * (1 - blue), 0],
        ],
        np.float32,
    )
    full = picture.colour.get("range") == "pc" or layout.name.startswith("yuvj")
    luma, colour = (255, 255) if full else (219, 224)
    origin = np.array([0 if full else 16, 128, 128], np.float32)
    return Colours(matrix, origin, np.array([luma, colour, colour], np.float32))
