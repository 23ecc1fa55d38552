"""Faces of a gallery as they would look in the video: its size, its colours, its way of being turned."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from liptune.core.dub.scratch import Scratch
from liptune.core.faces.geometry import between_eyes
from liptune.core.media.read.raw import RawFrame
from liptune.core.media.types import VideoStream
from liptune.core.warp.colour import Colours
from liptune.core.warp.coordinates import coded
from liptune.core.warp.landmarks import STILL
from liptune.core.warp.patch import corner
from liptune.core.warp.types import Box, Floats, View


@dataclass
class Lending:
    """Keeps faces of a gallery on disk and gives them out as views of the video.

    ``shown``: (G, 68, 2) landmarks as displayed. ``placed``: the same in pixels as coded. ``theirs``,
    ``ours``: how pixels of the gallery and of the video are meant. ``video``: that of the video.
    """

    scratch: Scratch
    shown: Floats
    placed: Floats
    theirs: Colours
    ours: Colours
    video: VideoStream

    def take(self, frames: Iterable[RawFrame], wanted: frozenset[int]) -> None:
        """Keeps the faces of the ``wanted`` frames, of all frames in order."""
        last = max(wanted, default=-1)
        for index, frame in zip(range(last + 1), frames, strict=False):
            if index in wanted:
                self.scratch.keep(index, frame, self.placed[index])

    def view(self, index: int, target: View) -> View | None:
        """The face as large as the one in ``target``, and where that is."""
        kept = self.scratch.view(index, self.placed[index])
        if kept is None:
            return None
        square = np.array([target.aspect, 1], np.float32)
        zoom = float(between_eyes(target.landmarks * square) / between_eyes(self.shown[index]))
        aim = coded(self.shown[index] * np.float32(zoom), self.video)
        small = _shrunk(kept, min(1.0, zoom))
        pixels, landmarks = _moved(small.pixels, small.landmarks, aim)
        still = list(STILL)
        left, top = (target.landmarks[still] - landmarks[still]).mean(axis=0) + corner(target.box)
        box = Box(round(float(left)), round(float(top)), pixels.shape[1], pixels.shape[0])
        return View(box, self.ours.ycc(self.theirs.rgb(pixels)), landmarks, target.aspect)


def _shrunk(view: View, zoom: float) -> View:
    """Averaged first where it becomes smaller, for what is moved is read between pixels."""
    if zoom == 1.0:
        return view
    pixels = cv2.resize(view.pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    landmarks = (view.landmarks + np.float32(0.5)) * np.float32(zoom) - np.float32(0.5)
    return View(view.box, np.asarray(pixels, np.float32), landmarks, view.aspect)


def _moved(pixels: Floats, landmarks: Floats, aim: Floats) -> tuple[Floats, Floats]:
    """The pixels such that their ``landmarks`` lie as those of ``aim`` do, which is an affine map of them."""
    known = np.column_stack([landmarks, np.ones(len(landmarks))]).astype(np.float64)
    affine = np.linalg.lstsq(known, aim.astype(np.float64), rcond=None)[0].T
    height, width = pixels.shape[:2]
    corners = (
        np.array([[0, 0, 1], [width - 1, 0, 1], [0, height - 1, 1], [width - 1, height - 1, 1]]) @ affine.T
    )
    affine[:, 2] -= np.floor(corners.min(axis=0))
    size = np.ceil(np.ptp(corners, axis=0)).astype(int) + 2
    moved = cv2.warpAffine(
        pixels, affine, (int(size[0]), int(size[1])), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.float32), (known @ affine.T).astype(np.float32)
