"""From frames with faces to one record a face."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.faces.geometry import Box, box_of
from core.faces.track import TrackedFrame
from core.faces.types import FaceTrack


@dataclass
class _Record:
    first: int
    landmarks: list[NDArray[np.float32]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    seen: list[bool] = field(default_factory=list)


class TrackCollector:
    """Gathers the faces of successive frames into tracks, in displayed source pixels."""

    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}

    def add(self, frame: TrackedFrame) -> None:
        """Takes the next frame."""
        for face in frame.faces:
            record = self._records.setdefault(face.track, _Record(frame.index))
            landmarks = face.landmarks / np.float32(frame.scale)
            record.landmarks.append(landmarks)
            record.boxes.append(box_of(landmarks))
            record.seen.append(face.seen)

    def tracks(self) -> list[FaceTrack]:
        """Returns the tracks so far, by index."""
        return [
            FaceTrack(
                index=index,
                first=record.first,
                landmarks=np.stack(record.landmarks),
                boxes=np.array(record.boxes, np.float32),
                seen=np.array(record.seen),
            )
            for index, record in sorted(self._records.items())
        ]
