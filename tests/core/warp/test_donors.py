import numpy as np

from liptune.core.plan.types import TimeWarp
from liptune.core.warp.donors import Chooser, Terms, Wish
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.types import Left

FRAMES = 60
SECONDS = np.arange(FRAMES) / 30
GAINS = np.ones(50)


def faces() -> FrameFaces:
    points = np.zeros((FRAMES, 68, 2), np.float32)
    return FrameFaces(points, np.zeros(FRAMES, np.int64), np.zeros((FRAMES, 3)))


def later(seconds: float) -> TimeWarp:
    clock = np.arange(50) / 25
    return TimeWarp(clock, clock + seconds)


def wishes(found: FrameFaces, seconds: float, gains: np.ndarray = GAINS, **terms: float) -> list[Wish]:
    chosen = Terms(**{"pose_limit_degrees": 8.0, **terms})
    return Chooser(found, SECONDS, chosen).wishes(later(seconds), gains)


def test_the_plans_frame_is_the_cheapest_of_its_neighbours() -> None:
    found = wishes(faces(), 0.1)
    assert found[10].candidates == (12, 13, 14)
    assert found[10].candidates[int(np.argmin(found[10].costs))] == 13


def test_frames_in_time_are_left_alone() -> None:
    assert all(wish.left is Left.IN_TIME for wish in wishes(faces(), 0.01))


def test_no_donor_is_taken_from_beyond_a_cut() -> None:
    made = faces()
    made.track[30:] = 1
    found = wishes(made, 0.1)
    assert {found[at].left for at in (27, 28, 29)} == {Left.CUT}
    assert max(found[26].candidates) == 29
    assert found[30].left is None


def test_frames_without_a_face_neither_give_nor_get() -> None:
    made = faces()
    made.track[20] = -1
    found = wishes(made, 0.1)
    assert found[20].left is Left.NO_FACE
    assert found[17].left is Left.NO_FACE
    assert 20 not in found[16].candidates


def test_a_turned_head_gives_nothing_but_its_neighbour_may() -> None:
    made = faces()
    made.pose[13] = (12, 0, 0)
    assert wishes(made, 0.1)[10].candidates == (12, 14)
    made.pose[12:15] = (0, -9, 0)
    assert wishes(made, 0.1)[10].left is Left.POSE
    assert wishes(made, 0.1, pose_limit_degrees=10.0)[10].left is None


def test_what_gains_nothing_or_lies_elsewhere_is_left_alone() -> None:
    gains = np.where(np.arange(50) < 25, 0.0, 1.0)
    found = wishes(faces(), 0.1, gains, start=0.0, end=1.5)
    assert {wish.left for wish in found[:29]} == {Left.NO_GAIN}
    assert {wish.left for wish in found[31:45]} == {None}
    assert {wish.left for wish in found[45:59]} == {Left.NO_GAIN}


def test_far_moments_are_not_asked_for() -> None:
    assert wishes(faces(), 1.3)[0].left is Left.TOO_FAR
