"""Draws ``preview.png``: the most changed moments of a warp, before and after, with donor and mask."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from liptune.core.media.types import VideoStream
from liptune.core.warp.gallery import Image, Shot

DPI = 110
TILE_INCHES = 2.1
ROWS = ("before", "donor", "mask", "after")


def draw_preview(shots: Sequence[Shot], seconds: NDArray[np.float64], video: VideoStream, path: Path) -> None:
    """A column for each moment. ``seconds``: when each frame is shown."""
    size = (TILE_INCHES * len(shots) + 0.3, TILE_INCHES * len(ROWS) + 0.5)
    figure = Figure(figsize=size, dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(ROWS), len(shots), squeeze=False)
    for column, shot in enumerate(shots):
        shift = 1000 * float(seconds[shot.donor_index] - seconds[shot.index])
        grid[0][column].set_title(f"{seconds[shot.index]:.2f} s, {shift:+.0f} ms", fontsize=9)
        for row, name in enumerate(ROWS):
            grid[row][column].imshow(upright(getattr(shot, name), video), cmap="gray", vmin=0, vmax=255)
            grid[row][column].set(xticks=[], yticks=[])
    for row, name in enumerate(ROWS):
        grid[row][0].set_ylabel(name, fontsize=10)
    figure.savefig(path, format="png", metadata={"Software": None})


def upright(image: Image, video: VideoStream) -> Image:
    """The image as it is displayed: with square pixels, and turned."""
    height, width = image.shape[:2]
    shown = (max(1, round(width * float(video.sample_aspect))), height)
    square = cv2.resize(image, shown, interpolation=cv2.INTER_AREA)
    straight = np.fliplr(square) if video.orientation.mirrored else square
    return np.asarray(np.rot90(straight, -video.rotation // 90), np.uint8)
