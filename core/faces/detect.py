"""Detects frontal faces in a grey frame with dlib's HOG detector: boxes and scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from threading import local

import dlib

from liptune.core.faces.geometry import Box, centre, iou, scaled, side
from liptune.core.faces.images import Gray, cut_out, padded, resized

WINDOW = 80
"""Side in pixels of the smallest face the detector's filter fits."""

CHECK_FACE = 96
"""Side in pixels a followed face is brought to before it is looked for again."""

MAX_ENLARGEMENT = 3.0
"""Beyond this an enlarged frame shows nothing new."""

SAME_FACE_IOU = 0.35

FILTER = Path(__file__).with_name("frontal_face.svm")
"""What ``dlib.get_frontal_face_detector()`` takes 0.7 s to unpack, saved by itself: a millisecond to read."""


@dataclass(frozen=True)
class Detection:
    """A face: its box in frame pixels, and the filter's score (0 is dlib's own threshold)."""

    box: Box
    score: float

    def enlarged(self, factor: float) -> "Detection":
        """The same in a frame that is so much larger."""
        return Detection(scaled(self.box, factor), self.score)


@dataclass(frozen=True)
class View:
    """How a frame is shown to the detector: its longer side in pixels after padding by a share of it."""

    side: int
    padding: float = 0.0


class Reach(Enum):
    """How hard to look: faces of 1/6, 1/12, 1/18, 1/36 of the longer side and up, in CROP tight crops."""

    NEAR = View(480)
    MEDIUM = View(960)
    CROP = View(320, padding=0.3)
    FAR = View(1440)
    CLOSE = View(2880)


_made = local()


def _filter() -> "dlib.fhog_object_detector":
    """The detector, not to be shared between threads."""
    if not hasattr(_made, "filter"):
        _made.filter = dlib.fhog_object_detector(str(FILTER))
    return _made.filter


class Detector:
    """dlib's frontal face detector."""

    def __init__(self) -> None:
        self._filter = _filter()

    def search(self, gray: Gray, reach: Reach, threshold: float = 0.0) -> list[Detection]:
        """Returns the faces of a (H, W) uint8 frame, best first."""
        view = reach.value
        pad = round(view.padding * max(gray.shape))
        shown = padded(gray, pad, pad, pad, pad) if pad else gray
        factor = min(view.side / max(shown.shape), MAX_ENLARGEMENT)
        return self._run(shown, factor, (-pad, -pad), threshold)

    def check(self, gray: Gray, box: Box, threshold: float = -0.5) -> Detection | None:
        """Looks again for a face at ``box``; returns the best that overlaps it, or None."""
        (x, y), half = centre(box), side(box)
        left, top = round(x - half), round(y - half)
        patch = cut_out(gray, left, top, max(2, round(2 * half)))
        found = self._run(patch, CHECK_FACE / side(box), (left, top), threshold)
        return next((d for d in found if iou(d.box, box) > SAME_FACE_IOU), None)

    def _run(
        self, image: Gray, factor: float, origin: tuple[float, float], threshold: float
    ) -> list[Detection]:
        shown = resized(image, round(image.shape[1] * factor), round(image.shape[0] * factor))
        boxes, scores, _ = self._filter.run(shown, 0, threshold)
        return distinct(
            Detection(scaled((b.left(), b.top(), b.right() + 1, b.bottom() + 1), 1 / factor, *origin), score)
            for b, score in zip(boxes, scores, strict=True)
        )


def distinct(found: Iterable[Detection]) -> list[Detection]:
    """Returns the detections best first, without lower-scored ones that show the same face."""
    kept: list[Detection] = []
    for detection in sorted(found, key=lambda d: -d.score):
        if all(iou(detection.box, other.box) < SAME_FACE_IOU for other in kept):
            kept.append(detection)
    return kept
