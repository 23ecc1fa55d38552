"""Maps points from the displayed picture to the coded frame, undoing rotation and sample aspect."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import VideoStream


def coded(points: NDArray[np.float32], video: VideoStream) -> NDArray[np.float32]:
    """Moves (…, 2) points of the picture as it is displayed to where they lie in its coded frames."""
    x, y = points[..., 0], points[..., 1]
    right, bottom = video.width - 1, video.height - 1
    turned = {0: (x, y), 90: (y, right - x), 180: (right - x, bottom - y), 270: (bottom - y, x)}
    across, down = turned[video.rotation]
    shown = video.width if video.rotation % 180 == 0 else video.height
    return np.stack([across * np.float32(video.coded_width / shown), down], axis=-1)
