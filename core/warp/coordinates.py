"""Maps points from the displayed picture to the coded frame, undoing rotation and sample aspect."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import VideoStream


def coded(points: NDArray[np.float32], video: VideoStream) -> NDArray[np.float32]:
    """Moves (…, 2) points of the picture as it is displayed to where they lie in its coded frames."""
    square = (video.square_width, video.coded_height)
    unturned = video.orientation.unturned(points, (video.width, video.height), square)
    return unturned * np.array([video.coded_width / square[0], 1], np.float32)
