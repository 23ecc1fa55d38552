"""Faces that wait on disk for the frames that will get their mouths."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.patch import box_of_view, corner, cropped, cut
from liptune.core.warp.types import Box, Floats, View


@dataclass
class Scratch:
    """Keeps crops of frames in ``folder``, a file each; memory holds none of their pixels."""

    folder: Path
    layout: RawFormat
    aspect: float
    _boxes: dict[int, Box] = field(default_factory=dict)

    def keep(self, index: int, frame: RawFrame, landmarks: Floats) -> None:
        """Keeps the lower face of a frame, unless none of it is in the picture."""
        box = box_of_view(self.layout, landmarks)
        if box is not None:
            cropped(self.layout, frame, box).tofile(self._file(index))
            self._boxes[index] = box

    def view(self, index: int, landmarks: Floats) -> View | None:
        """The face of a frame that was kept; None where there is none."""
        box = self._boxes.get(index)
        if box is None:
            return None
        small = RawFormat(self.layout.name, box.width, box.height)
        pixels = cut(small, np.fromfile(self._file(index), np.uint8), Box(0, 0, box.width, box.height))
        return View(box, pixels, landmarks - corner(box), self.aspect)

    def drop(self, index: int) -> None:
        """Removes a face that is not needed again."""
        if self._boxes.pop(index, None) is not None:
            self._file(index).unlink()

    def _file(self, index: int) -> Path:
        return self.folder / f"{index}.raw"
