"""The bundled sample's face turned to the side, from what is seen of it from the front."""

import subprocess
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.media_factory import ffmpeg

SIDE = 400
RATE = 25
CENTRE = (209.0, 225.0)
"""Tip of the nose, in pixels."""

HEAD, NOSE = 170.0, 0.35
"""Radius of the head, a cylinder, in pixels, and how far the nose stands out of it, in radii."""

NOSE_SIZE = (0.18, 0.3)

Picture = NDArray[np.uint8]


def profiles(source: Path, degrees: NDArray[np.float64], output: Path) -> Path:
    """The first frames of ``source`` without loss, each turned by so many degrees, with its sound."""
    raw = ("-f", "rawvideo", "-pix_fmt", "bgr24")
    frames = np.frombuffer(
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", source, "-frames:v", str(len(degrees)), *raw, "-"],
            check=True, capture_output=True,
        ).stdout, np.uint8,
    ).reshape(-1, SIDE, SIDE, 3)  # fmt: skip
    seen = b"".join(turned(*each).tobytes() for each in zip(frames, degrees, strict=True))
    ffmpeg(
        *raw, "-s", f"{SIDE}x{SIDE}", "-r", str(RATE), "-i", "pipe:0", "-i", source, "-map", "0:v", "-map",
        "1:a", "-shortest", "-c:v", "ffv1", "-pix_fmt", "yuv420p", "-c:a", "flac", output, stdin=seen,
    )  # fmt: skip
    return output


def turned(picture: Picture, degrees: float) -> Picture:
    """Moved as its depth says; what comes to lie behind something else is hidden by it."""
    if degrees == 0:
        return picture
    angle = np.radians(degrees)
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    middle = CENTRE[0] - 0.6 * degrees  # The head goes back as far as the nose comes forward.
    moved = middle + (columns - middle) * np.cos(angle) + _depth(columns - middle, rows) * np.sin(angle)
    rising = np.maximum.accumulate(moved, axis=1) + np.arange(SIDE) * 1e-4
    source = np.stack([np.interp(columns[0], row, columns[0]) for row in rising])
    found = cv2.remap(picture, source.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(found, np.uint8)


def _depth(across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
    head = HEAD * np.sqrt(np.clip(1 - (across / HEAD) ** 2, 0, 1))
    wide, high = (HEAD * size for size in NOSE_SIZE)
    nose = np.exp(-((across / wide) ** 2) - ((down - CENTRE[1]) / high) ** 2)
    return np.asarray(head + NOSE * HEAD * nose)
