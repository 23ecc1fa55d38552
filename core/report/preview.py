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


def draw_preview(
    shots: Sequence[Shot],
    seconds: NDArray[np.float64],
    video: VideoStream,
    path: Path,
    taken: NDArray[np.float64] | None = None,
) -> None:
    """A column for each moment. ``seconds``: when each frame is shown. ``taken``: when donors were, where
    that is on another clock."""
    taken = seconds if taken is None else taken
    size = (TILE_INCHES * len(shots) + 0.3, TILE_INCHES * len(ROWS) + 0.5)
    figure = Figure(figsize=size, dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(ROWS), len(shots), squeeze=False)
    for column, shot in enumerate(shots):
        shift = 1000 * float(taken[shot.donor_index] - seconds[shot.index])
        grid[0][column].set_title(f"{seconds[shot.index]:.2f} s, {shift:+.0f} ms", fontsize=9)
        for row, name in enumerate(ROWS):
            grid[row][column].imshow(upright(getattr(shot, name), video), cmap="gray", vmin=0, vmax=255)
            grid[row][column].set(xticks=[], yticks=[])
    for row, name in enumerate(ROWS):
        grid[row][0].set_ylabel(name, fontsize=10)
    figure.savefig(path, format="png", metadata={"Software": None})


def upright(image: Image, video: VideoStream) -> Image:
    """The image as it is displayed: with square pixels, mirrored, and turned by whatever angle."""
    height, width = image.shape[:2]
    shown = (max(1, round(width * float(video.sample_aspect))), height)
    square = cv2.resize(image, shown, interpolation=cv2.INTER_AREA)
    shown_as = video.orientation
    straight = np.fliplr(square) if shown_as.mirrored else square
    if shown_as.quarters is not None:
        return np.asarray(np.rot90(straight, -shown_as.quarters), np.uint8)
    return _tilted(np.ascontiguousarray(straight), shown_as.degrees, shown_as.shown_size(*shown))


def _tilted(image: Image, degrees: float, size: tuple[int, int]) -> Image:
    """Turned clockwise about its middle, into the middle of a black picture of ``size``."""
    middle = (image.shape[1] - 1) / 2, (image.shape[0] - 1) / 2
    turn = cv2.getRotationMatrix2D(middle, -degrees, 1.0)
    turn[:, 2] += [(size[0] - 1) / 2 - middle[0], (size[1] - 1) / 2 - middle[1]]
    return np.asarray(cv2.warpAffine(image, turn, size), np.uint8)
