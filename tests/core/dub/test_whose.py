from dataclasses import dataclass
from typing import Any

import numpy as np

from liptune.core.dub.whose import faces_seen, speaking_faces
from liptune.core.faces.types import FaceTrack


@dataclass
class Seen:
    """What `speaking_faces` reads of an analysis or of a score."""

    frames: int = 0
    tracks: tuple[Any, ...] = ()
    faces: tuple[Any, ...] = ()
    speaker: Any = None


@dataclass
class Of:
    track: FaceTrack


def track(index: int, first: int, frames: int, unseen: tuple[int, ...] = ()) -> Of:
    seen = np.ones(frames, np.bool_)
    seen[list(unseen)] = False
    landmarks = np.full((frames, 68, 2), index, np.float32)
    return Of(FaceTrack(index, first, landmarks, np.zeros((frames, 4), np.float32), seen))


def whose(told: list[int], *tracks: Of) -> list[int]:
    speaker = Seen(speaker=np.array(told))
    found = speaking_faces(Seen(len(told), tracks), Seen(faces=tracks, speaker=speaker))  # type: ignore[arg-type]
    return [int(track) for track in found]


def test_a_face_alone_is_dubbed_wherever_it_is_seen() -> None:
    told = [-1, 0, 0, -1, -1, -1, -1, -1]
    assert whose(told, track(4, 1, 6, unseen=(3,))) == [-1, 4, 4, 4, -1, 4, 4, -1]


def test_of_two_faces_the_one_that_speaks_and_between_the_nearer() -> None:
    told = [0, 0, -1, -1, -1, -1, 1, 1]
    assert whose(told, track(2, 0, 8), track(5, 0, 8)) == [2, 2, 2, 2, 5, 5, 5, 5]


def test_a_face_that_never_speaks_is_dubbed_where_no_other_is_seen() -> None:
    told = [0, 0, 0, -1, -1]
    assert whose(told, track(2, 0, 3), track(5, 0, 5)) == [2, 2, 2, 5, 5]


def test_the_faces_that_are_dubbed_are_gathered() -> None:
    tracks = track(2, 0, 3), track(5, 3, 4)
    found = faces_seen(Seen(7, tracks), np.array([2, -1, 2, 5, 5, -1, -1]))  # type: ignore[arg-type]
    assert found[:, 0, 0].tolist() == [2, 2, 5, 5]
