"""Follows every face through a clip in one streaming pass, with a fixed lag.

>>> tracker = FaceTracker()
>>> for frame in tracker.follow(decode_frames(info, side=640, colour="gray")):
...     for face in frame.faces:
...         engine.visual_input(frame.pixels, face.landmarks)

Every frame comes out once, in order, `LAG` frames after it went in; memory holds that many frames.
"""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.detect import Detection, Detector
from liptune.core.faces.frames import Frame, with_cuts
from liptune.core.faces.geometry import Box, box_of, iou, side
from liptune.core.faces.landmarks import LandmarkModel, Landmarks
from liptune.core.faces.search_schedule import Search
from liptune.core.faces.tracklet import MIN_SCORE, Trail
from liptune.core.faces.types import Sightings
from liptune.core.media.types import FrameBatch

MAX_GAP = 12
"""Frames without a face that are bridged: half a second."""

LAG = 25
"""Frames held back: enough to settle a gap and to smooth after it, and to follow a new face back."""

CHECK_EVERY = 25
"""Frames between detections of a face that is followed."""

DOUBT_EVERY = 5
"""The same of one that no detector was sure of yet."""

RETRY_EVERY = 2
"""Frames between detections of a face just lost."""

UNCHECKED_LIMIT = 50
"""Frames a face is followed on the landmark model's word alone: profiles escape the detector."""

MAX_STEP_ZOOM = 1.35

SAME_FACE_IOU = 0.65
"""With itself a frame ago; less is another's face that the points have slid to."""

SAME_TRAIL_IOU = 0.3


@dataclass(frozen=True)
class TrackedFace:
    """``landmarks``: (68, 2) float32 in pixels of the frame, smoothed. ``seen``: False where bridged."""

    track: int
    landmarks: NDArray[np.float32]
    seen: bool


@dataclass(frozen=True)
class TrackedFrame:
    """A frame of the analysis timeline and the faces in it.

    ``pixels``: as decoded, (H, W) or (H, W, 3) uint8. ``scale``: frame pixels per source pixel.
    """

    index: int
    pixels: NDArray[np.uint8]
    scale: float
    cut: bool
    faces: tuple[TrackedFace, ...]


class FaceTracker:
    """Follows every face of one clip. Tracks are numbered from 0 in the order in which they convince."""

    def __init__(self, model: LandmarkModel) -> None:
        self._model = model
        self._detector = Detector()
        self._finder = Search(self._detector)
        self._ring: deque[Frame] = deque()
        self._trails: list[Trail] = []
        self._numbered = 0
        self._shot_start = 0
        self._sightings = Sightings()

    @property
    def sightings(self) -> Sightings:
        """What has been seen so far."""
        return self._sightings

    def follow(self, batches: Iterable[FrameBatch]) -> Generator[TrackedFrame, None, None]:
        """Yields every frame of the batches with its faces, in order."""
        yield from self.follow_frames(with_cuts(batches))

    def follow_frames(self, frames: Iterable[Frame]) -> Generator[TrackedFrame, None, None]:
        """Likewise of single frames, whose cuts are marked; the first may be any of the picture."""
        for frame in frames:
            self._step(frame)
            if len(self._ring) > LAG:
                yield self._emit()
        self._end(self._active())
        while self._ring:
            yield self._emit()

    def _step(self, frame: Frame) -> None:
        self._ring.append(frame)
        if frame.cut:
            self._end(self._active())
            self._shot_start = frame.index
            self._finder.restart()
        for trail in self._active():
            self._advance(trail, frame)
        self._end(t for t in self._active() if frame.index - t.last > MAX_GAP)
        self._end(_shadows([t for t in self._active() if t.last == frame.index]))
        self._search(frame)

    def _active(self) -> list[Trail]:
        return [t for t in self._trails if not t.ended]

    def _end(self, trails: Iterable[Trail]) -> None:
        for trail in trails:
            trail.ended = True

    def _advance(self, trail: Trail, frame: Frame) -> None:
        missing = frame.index - trail.last - 1
        trusted = frame.index - trail.confirmed < UNCHECKED_LIMIT
        found = self._followed(trail, frame) if trusted else None
        if found is not None:
            trail.append(frame.index, found)
            self._sight(frame, trail.box)
            self._check(trail, frame)
        elif missing % RETRY_EVERY == 0:
            self._recover(trail, frame)

    def _check(self, trail: Trail, frame: Frame) -> None:
        every = CHECK_EVERY if trail.score >= MIN_SCORE else DOUBT_EVERY
        if frame.index - trail.checked < every:
            return
        trail.checked = frame.index
        detection = self._detector.check(frame.gray, trail.box)
        if detection is not None:
            self._confirm(trail, detection, frame)

    def _recover(self, trail: Trail, frame: Frame) -> None:
        detection = self._detector.check(frame.gray, trail.box)
        if detection is None:
            return
        found = self._face_near(frame, detection.box)
        if found is not None and not self._known(box_of(found.points), besides=trail):
            trail.append(frame.index, found)
            self._confirm(trail, detection, frame)
            self._sight(frame, trail.box)

    def _confirm(self, trail: Trail, detection: Detection, frame: Frame) -> None:
        trail.score = max(trail.score, detection.score)
        trail.checked = trail.confirmed = frame.index

    def _followed(self, trail: Trail, frame: Frame) -> Landmarks | None:
        found = self._model.follow(frame.gray, trail.latest) if trail.last == frame.index - 1 else None
        found = found or self._face_near(frame, trail.box)
        return found if found is not None and iou(box_of(found.points), trail.box) > SAME_FACE_IOU else None

    def _face_near(self, frame: Frame, box: Box) -> Landmarks | None:
        found = self._model.locate(frame.gray, box)
        if found is None or not 1 / MAX_STEP_ZOOM < side(box_of(found.points)) / side(box) < MAX_STEP_ZOOM:
            return None
        return found

    def _search(self, frame: Frame) -> None:
        for detection in self._finder.look(frame.index, frame.gray, following=bool(self._active())):
            if not self._known(detection.box):
                self._begin(frame, detection)

    def _known(self, box: Box, besides: Trail | None = None) -> bool:
        return any(t is not besides and iou(t.box, box) > SAME_TRAIL_IOU for t in self._active())

    def _begin(self, frame: Frame, detection: Detection) -> None:
        found = self._face_near(frame, detection.box)
        if found is None:
            return
        trail = Trail(frame.index, detection.score, found, [found.points], 1, frame.index, frame.index)
        self._sight(frame, trail.box)
        self._follow_back(trail)
        self._trails.append(trail)

    def _follow_back(self, trail: Trail) -> None:
        box = trail.box
        for frame in reversed(self._ring):
            if frame.index >= trail.first:
                continue
            found = self._face_near(frame, box) if frame.index >= self._shot_start else None
            if found is None or self._taken(frame.index, box_of(found.points)):
                return
            trail.prepend(found.points)
            box = box_of(found.points)
            self._sight(frame, box)

    def _taken(self, index: int, box: Box) -> bool:
        return any(
            iou(box_of(points), box) > SAME_TRAIL_IOU
            for t in self._trails
            if t.first <= index <= t.last and (points := t.points[index - t.first]) is not None
        )

    def _sight(self, frame: Frame, box: Box) -> None:
        largest = max(self._sightings.largest_face, side(box) / frame.scale)
        fresh = not frame.sighted
        frame.sighted = True
        self._sightings = Sightings(self._sightings.frames, self._sightings.frames_with_face + fresh, largest)

    def _emit(self) -> TrackedFrame:
        frame = self._ring.popleft()
        seen = self._sightings
        self._sightings = Sightings(seen.frames + 1, seen.frames_with_face, seen.largest_face)
        faces = tuple(face for t in self._trails if (face := self._face(t, frame.index)) is not None)
        self._trails = [t for t in self._trails if not t.ended or t.last > frame.index]
        for trail in self._trails:
            trail.forget(frame.index)
        return TrackedFrame(frame.index, frame.pixels, frame.scale, frame.cut, faces)

    def _face(self, trail: Trail, index: int) -> TrackedFace | None:
        if not trail.first <= index <= trail.last:
            return None
        if trail.number is None and trail.convincing:
            trail.number = self._numbered
            self._numbered += 1
        if trail.number is None:
            return None
        landmarks, seen = trail.at(index)
        return TrackedFace(trail.number, landmarks, seen)


def _shadows(trails: list[Trail]) -> list[Trail]:
    """Returns the trails that have run onto the face of an older or surer one."""
    ranked = sorted(trails, key=lambda t: (-t.seen, t.first))
    kept: list[Trail] = []
    for trail in ranked:
        if all(iou(trail.box, other.box) < 0.5 for other in kept):
            kept.append(trail)
    return [t for t in ranked if t not in kept]
