"""Faces followed through a clip, in one streaming pass with a fixed lag.

>>> tracker = FaceTracker()
>>> for frame in tracker.follow(decode_frames(info, side=640, colour="gray")):
...     for face in frame.faces:
...         engine.visual_input(frame.pixels, face.landmarks)

Every frame comes out once, in order, `LAG` frames after it went in; memory holds that many frames.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.cuts import CutFinder
from core.faces.detect import Detection, Detector, Reach, distinct
from core.faces.geometry import Box, box_of, iou, side
from core.faces.images import Gray, to_gray
from core.faces.landmarks import Landmarks, locate
from core.faces.trail import MAX_SPREAD, Trail
from core.faces.types import Sightings
from core.media.types import FrameBatch

MAX_GAP = 12
"""Frames without a face that are bridged: half a second."""

LAG = 25
"""Frames held back: enough to settle a gap and to smooth after it, and to follow a new face back."""

CHECK_EVERY = 25
RETRY_EVERY = 2
SEARCH_EVERY = 25
"""Frames between looks for further faces; a new face is followed back to where it came in."""

SEARCH_EVERY_WHEN_EMPTY = 6
UNCHECKED_LIMIT = 50
"""Frames a face is followed on the regressor's word alone: profiles escape the detector."""

MAX_STEP_ZOOM = 1.35
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


@dataclass
class _Frame:
    index: int
    pixels: NDArray[np.uint8]
    gray: Gray
    scale: float
    cut: bool = False
    sighted: bool = False


class FaceTracker:
    """Follows every face of one clip. Tracks are numbered from 0 in the order in which they convince."""

    def __init__(self) -> None:
        self._detector = Detector()
        self._ring: deque[_Frame] = deque()
        self._trails: list[Trail] = []
        self._numbered = 0
        self._shot_start = 0
        self._searched: int | None = None
        self._searches = 0
        self._sightings = Sightings()

    @property
    def sightings(self) -> Sightings:
        """What has been seen so far."""
        return self._sightings

    def follow(self, batches: Iterable[FrameBatch]) -> Generator[TrackedFrame, None, None]:
        """Yields every frame of the batches with its faces, in order."""
        for frame in _with_cuts(_frames(batches)):
            self._step(frame)
            if len(self._ring) > LAG:
                yield self._emit()
        self._end(self._active())
        while self._ring:
            yield self._emit()

    def _step(self, frame: _Frame) -> None:
        self._ring.append(frame)
        if frame.cut:
            self._end(self._active())
            self._shot_start, self._searched = frame.index, None
        for trail in self._active():
            self._advance(trail, frame)
        self._end(t for t in self._active() if frame.index - t.last > MAX_GAP)
        self._end(_shadows(self._active()))
        self._search(frame)

    def _active(self) -> list[Trail]:
        return [t for t in self._trails if not t.ended]

    def _end(self, trails: Iterable[Trail]) -> None:
        for trail in trails:
            trail.ended = True

    def _advance(self, trail: Trail, frame: _Frame) -> None:
        missing = frame.index - trail.last - 1
        if missing:
            if missing % RETRY_EVERY == 0:
                self._recover(trail, frame)
            return
        found = _face_near(frame, trail.box)
        if found is None:
            self._recover(trail, frame)
        elif self._still_face(trail, frame, box_of(found.points)):
            trail.append(frame.index, found.points)
            self._sight(frame, trail.box)

    def _still_face(self, trail: Trail, frame: _Frame, box: Box) -> bool:
        if frame.index - trail.checked < CHECK_EVERY:
            return True
        trail.checked = frame.index
        detection = self._detector.check(frame.gray, box)
        if detection is not None:
            self._confirm(trail, detection, frame)
        return frame.index - trail.confirmed < UNCHECKED_LIMIT

    def _recover(self, trail: Trail, frame: _Frame) -> None:
        detection = self._detector.check(frame.gray, trail.box)
        if detection is None:
            return
        found = _face_near(frame, detection.box)
        if found is not None:
            trail.append(frame.index, found.points)
            self._confirm(trail, detection, frame)
            self._sight(frame, trail.box)

    def _confirm(self, trail: Trail, detection: Detection, frame: _Frame) -> None:
        trail.score = max(trail.score, detection.score)
        trail.checked = trail.confirmed = frame.index

    def _search(self, frame: _Frame) -> None:
        for detection in distinct(self._detections(frame)):
            known = [t for t in self._active() if iou(t.box, detection.box) > SAME_TRAIL_IOU]
            if not known:
                self._begin(frame, detection)

    def _detections(self, frame: _Frame) -> list[Detection]:
        active = self._active()
        if self._searched is None:
            reaches, enough = [Reach.NEAR, Reach.MEDIUM, Reach.CROP, Reach.FAR], 2
        elif not active and frame.index - self._searched >= SEARCH_EVERY_WHEN_EMPTY:
            self._searches += 1
            reaches, enough = [Reach.NEAR], 1
            if self._searches % 4 == 0:
                reaches, enough = list(Reach), 1
        elif active and frame.index - self._searched >= SEARCH_EVERY:
            self._searches += 1
            reaches, enough = [Reach.MEDIUM if self._searches % 4 == 0 else Reach.NEAR], 1
        else:
            return []
        self._searched = frame.index
        found: list[Detection] = []
        for tried, reach in enumerate(reaches, 1):
            found += self._detector.search(frame.gray, reach)
            if found and tried >= enough:
                break
        return found

    def _begin(self, frame: _Frame, detection: Detection) -> None:
        found = _face_near(frame, detection.box)
        if found is None:
            return
        trail = Trail(frame.index, detection.score, [found.points], 1, frame.index, frame.index)
        self._sight(frame, trail.box)
        self._follow_back(trail)
        self._trails.append(trail)

    def _follow_back(self, trail: Trail) -> None:
        box = trail.box
        for frame in reversed(self._ring):
            if frame.index >= trail.first:
                continue
            found = _face_near(frame, box) if frame.index >= self._shot_start else None
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

    def _sight(self, frame: _Frame, box: Box) -> None:
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


def _frames(batches: Iterable[FrameBatch]) -> Iterator[_Frame]:
    for batch in batches:
        for at, pixels in enumerate(batch.frames):
            yield _Frame(batch.first + at, pixels, to_gray(pixels), batch.scale)


def _with_cuts(frames: Iterable[_Frame]) -> Iterator[_Frame]:
    finder = CutFinder()
    waiting: deque[_Frame] = deque()
    for frame in frames:
        waiting.append(frame)
        yield from _marked(waiting, finder.push(frame.gray))
    yield from _marked(waiting, finder.finish())


def _marked(waiting: deque[_Frame], decisions: Iterable[bool]) -> Iterator[_Frame]:
    for cut in decisions:
        frame = waiting.popleft()
        frame.cut = cut
        yield frame


def _face_near(frame: _Frame, box: Box) -> Landmarks | None:
    found = locate(frame.gray, box)
    zoom = side(box_of(found.points)) / side(box)
    if found.spread > MAX_SPREAD or not 1 / MAX_STEP_ZOOM < zoom < MAX_STEP_ZOOM:
        return None
    return found


def _shadows(trails: list[Trail]) -> list[Trail]:
    """Returns the trails that have run onto the face of an older or surer one."""
    ranked = sorted(trails, key=lambda t: (-t.seen, t.first))
    kept: list[Trail] = []
    for trail in ranked:
        if all(iou(trail.box, other.box) < 0.5 for other in kept):
            kept.append(trail)
    return [t for t in ranked if t not in kept]
