"""Gathers the faces of successive frames into one `FaceTrack` a face."""

from dataclasses import dataclass

import numpy as np

from liptune.core.faces.geometry import box_of
from liptune.core.faces.tracker import TrackedFrame
from liptune.core.faces.types import FaceTrack
from liptune.core.media.types import Region
from liptune.core.memory import Rows


@dataclass
class _Record:
    first: int
    landmarks: Rows[np.float32]
    boxes: Rows[np.float32]
    seen: Rows[np.bool_]


class TrackCollector:
    """Gathers the faces of successive frames into tracks, in displayed source pixels."""

    def __init__(self, region: Region | None = None) -> None:
        """``region``: the part of the picture that the frames show."""
        self._corner = np.array((region.x, region.y) if region else (0, 0), np.float32)
        self._records: dict[int, _Record] = {}

    def add(self, frame: TrackedFrame) -> None:
        """Takes the next frame."""
        for face in frame.faces:
            record = self._record(face.track, frame.index)
            landmarks = face.landmarks / np.float32(frame.scale) + self._corner
            record.landmarks.append(landmarks)
            record.boxes.append(box_of(landmarks))
            record.seen.append(face.seen)

    def tracks(self) -> list[FaceTrack]:
        """Returns the tracks so far, by index."""
        return [
            FaceTrack(
                index=index,
                first=record.first,
                landmarks=record.landmarks.array(),
                boxes=record.boxes.array(),
                seen=record.seen.array(),
            )
            for index, record in sorted(self._records.items())
        ]

    def _record(self, track: int, frame: int) -> _Record:
        if track not in self._records:
            shapes = Rows((68, 2), np.float32), Rows((4,), np.float32), Rows((), np.bool_)
            self._records[track] = _Record(frame, *shapes)
        return self._records[track]
