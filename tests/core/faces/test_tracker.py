from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.faces.geometry import box_of, iou
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.smooth import LOOKAHEAD
from liptune.core.faces.track_collector import TrackCollector
from liptune.core.faces.tracker import LAG, MAX_GAP, FaceTracker, TrackedFrame
from liptune.core.faces.types import FaceTrack
from liptune.core.media.types import FrameBatch
from tests.core.faces.scenes import Path, Place, backdrop, batches, scene

Frames = NDArray[np.uint8]


def follow(frames: Frames, size: int = 32) -> tuple[list[TrackedFrame], list[FaceTrack]]:
    collector = TrackCollector()
    followed = list(FaceTracker(landmark_model()).follow(batches(frames, size)))
    for frame in followed:
        collector.add(frame)
    assert [frame.index for frame in followed] == list(range(len(frames)))
    return followed, collector.tracks()


def assert_on_face(found: FaceTrack, path: Path) -> None:
    """The track's boxes are on the face wherever it says that it was seen."""
    for at in np.flatnonzero(found.seen):
        place = path(found.first + int(at))
        assert place is not None
        x, y, size = place
        left, top, right, bottom = map(float, found.boxes[at])
        expected = (x - size / 2, y - size / 2, x + size / 2, y + size / 2)
        assert iou((left, top, right, bottom), expected) > 0.6


def sway(x: float, y: float, size: float) -> Path:
    def place(t: int) -> Place:
        return x + 8 * np.sin(t / 4), y + 4 * np.cos(t / 5), size

    return place


def while_in(path: Path, shown: Sequence[range]) -> Path:
    return lambda t: path(t) if any(t in span for span in shown) else None


def test_a_face_is_one_track_on_every_frame() -> None:
    path = sway(160, 120, 90)
    _, tracks = follow(scene(40, [path]))
    assert [(t.first, t.frames, bool(t.seen.all())) for t in tracks] == [(0, 40, True)]
    assert_on_face(tracks[0], path)


def test_the_smoothed_points_move_with_the_face_and_without_delay() -> None:
    path = sway(160, 120, 90)
    _, tracks = follow(scene(40, [path]))
    nose = tracks[0].landmarks[:, 27:36].mean(axis=1)
    truth = np.array([place[:2] for t in range(40) if (place := path(t)) is not None])
    errors = (nose - nose.mean(axis=0)) - (truth - truth.mean(axis=0))
    assert np.abs(errors).mean() < 0.5
    delayed = (nose - nose.mean(axis=0))[1:] - (truth - truth.mean(axis=0))[:-1]
    assert np.abs(errors).mean() < np.abs(delayed).mean() / 2


def test_two_faces_are_two_tracks() -> None:
    paths = [sway(90, 120, 84), sway(230, 120, 84)]
    _, tracks = follow(scene(30, paths))
    assert [t.frames for t in tracks] == [30, 30]
    for found in tracks:
        assert_on_face(found, paths[0] if found.boxes[0, 0] < 160 else paths[1])


def test_faces_that_cross_are_never_taken_for_each_other() -> None:
    def behind(t: int) -> Place:
        return 70 + 4 * t, 150, 80

    def before(t: int) -> Place:
        return 330 - 4 * t, 150, 84

    _, tracks = follow(scene(65, [behind, before], 400, 300))
    whole = max(tracks, key=lambda t: t.frames)
    assert (whole.first, whole.frames) == (0, 65)
    assert_on_face(whole, before)
    others = [t for t in tracks if t is not whole]
    assert sum(t.frames for t in others) >= 40
    for found in others:
        middles = found.boxes[found.seen, 0::2].mean(axis=1)
        truth = np.array([behind(found.first + int(at))[0] for at in np.flatnonzero(found.seen)])
        assert np.abs(middles - truth).max() < 30


def test_a_short_gap_is_bridged_and_marked() -> None:
    path = while_in(sway(200, 180, 84), [range(20), range(28, 50)])
    _, tracks = follow(scene(50, [path], 480, 360))
    assert [(t.first, t.frames) for t in tracks] == [(0, 50)]
    unseen = np.flatnonzero(~tracks[0].seen)
    assert set(range(20, 28)) <= set(unseen) <= set(range(19, 31))
    assert np.isfinite(tracks[0].landmarks).all()
    assert_on_face(tracks[0], path)


def test_a_long_gap_ends_the_track() -> None:
    path = while_in(sway(160, 120, 90), [range(20), range(45, 70)])
    _, tracks = follow(scene(70, [path]))
    assert [(t.first, t.frames) for t in tracks] == [(0, 20), (45, 25)]
    assert all(t.seen.all() for t in tracks)


def test_a_face_that_leaves_is_not_followed_into_nothing() -> None:
    path = while_in(lambda t: (160 + 8 * t, 120, 90), [range(12)])
    _, tracks = follow(scene(40, [path]))
    assert [t.first for t in tracks] == [0]
    assert tracks[0].frames <= 13


def test_a_face_that_comes_later_is_followed_back_to_its_first_frame() -> None:
    path = while_in(sway(230, 120, 84), [range(33, 70)])
    _, tracks = follow(scene(70, [sway(90, 120, 84), path]))
    assert [(t.first, t.frames) for t in tracks] == [(0, 70), (33, 37)]
    assert_on_face(tracks[1], path)


def test_a_cut_ends_a_track_even_if_the_face_stays() -> None:
    path = sway(160, 120, 90)
    frames = np.concatenate([scene(20, [path], seed=3), scene(20, [path], seed=4)])
    followed, tracks = follow(frames)
    assert [f.index for f in followed if f.cut] == [20]
    assert [(t.first, t.frames) for t in tracks] == [(0, 20), (20, 20)]


def test_a_glimpse_of_a_face_is_no_track_but_is_told() -> None:
    tracker = FaceTracker(landmark_model())
    frames = scene(30, [while_in(sway(160, 120, 90), [range(5)])])
    assert all(frame.faces == () for frame in tracker.follow(batches(frames)))
    assert tracker.sightings.frames == 30
    assert 3 <= tracker.sightings.frames_with_face <= 5
    assert tracker.sightings.largest_face == pytest.approx(90, rel=0.2)


def test_no_face_is_no_failure() -> None:
    tracker = FaceTracker(landmark_model())
    frames = np.stack([backdrop(80, 60)] * 30)
    assert [frame.faces for frame in tracker.follow(batches(frames))] == [()] * 30
    assert tracker.sightings.frames_with_face == 0


@pytest.mark.parametrize("length", [0, 1, 2, 5])
def test_a_clip_of_hardly_any_frames_comes_out_whole(length: int) -> None:
    followed, tracks = follow(scene(5, [sway(160, 120, 90)])[:length])
    assert len(followed) == length
    assert tracks == []


def test_the_batches_do_not_matter_and_a_second_run_is_equal() -> None:
    frames = scene(30, [sway(160, 120, 90)])
    (_, first), (_, second), (_, again) = follow(frames, 1), follow(frames, 7), follow(frames, 7)
    for other in (second, again):
        np.testing.assert_array_equal(first[0].landmarks, other[0].landmarks)


def test_colour_frames_have_the_same_faces() -> None:
    frames = scene(20, [sway(160, 120, 90)])
    colour = np.repeat(frames[..., None], 3, axis=3)
    (_, gray), (followed, rgb) = follow(frames), follow(colour)
    np.testing.assert_allclose(gray[0].landmarks, rgb[0].landmarks, atol=1.5)
    assert followed[0].pixels.shape == (240, 320, 3)


def test_tracks_are_in_source_pixels() -> None:
    frames = scene(20, [sway(160, 120, 90)])
    collector = TrackCollector()
    for frame in FaceTracker(landmark_model()).follow(batches(frames, scale=0.25)):
        collector.add(frame)
    (whole,), (_, (reduced,)) = collector.tracks(), follow(frames)
    np.testing.assert_allclose(whole.landmarks, reduced.landmarks * 4, rtol=1e-5)
    np.testing.assert_allclose(whole.boxes[3], box_of(whole.landmarks[3]), rtol=1e-5)


def test_memory_holds_the_lag_and_no_more() -> None:
    read = 0

    def counted() -> Iterator[FrameBatch]:
        nonlocal read
        for batch in batches(scene(45, [sway(160, 120, 90)]), 1):
            read += 1
            yield batch

    for frame in FaceTracker(landmark_model()).follow(counted()):
        assert read <= frame.index + LAG + 5


def test_the_lag_settles_gaps_before_they_come_out() -> None:
    assert LAG > MAX_GAP + LOOKAHEAD


@pytest.mark.parametrize("shape", [(1, 1), (1, 480), (480, 2), (7, 5)])
def test_a_frame_of_hardly_any_pixels_is_no_failure(shape: tuple[int, int]) -> None:
    followed, tracks = follow(np.full((12, *shape), 128, np.uint8))
    assert (len(followed), tracks) == (12, [])
