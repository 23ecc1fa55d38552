import numpy as np

from liptune.core.articulation.mouth import opening as openings
from liptune.core.dub.casting import cast
from liptune.core.dub.wanted import Wanted
from liptune.core.warp.types import Left
from tests.core.dub.faces import CLOSED, asked, mouths, shapes

SHUT = float(openings(shapes([CLOSED]))[0])


def speech(frames: int, seed: int) -> np.ndarray:
    """Openings, in faces, as syllables have them; a third of the time closed."""
    return np.maximum(CLOSED, 0.08 + 0.1 * np.sin(np.arange(frames) / (2 + seed % 3) + seed))


def test_shapes_are_reached_and_no_mouth_stands_still() -> None:
    seen, wanted = mouths(shapes(speech(150, 0))), shapes(speech(150, 4))
    found = cast(seen, np.ones(150, np.bool_), asked(wanted), np.arange(150) / 25, SHUT)
    assert set(found.left) == {None}
    assert (np.diff(found.donors) != 0).all()
    assert np.abs(openings(seen.shapes[found.donors]) - openings(wanted)).mean() < 0.02


def test_silence_gets_closed_mouths() -> None:
    seen, wanted = mouths(shapes(speech(150, 0))), shapes([CLOSED] * 150)
    found = cast(seen, np.ones(150, np.bool_), asked(wanted), np.arange(150) / 25, SHUT)
    assert (openings(seen.shapes[found.donors]) <= SHUT + 0.02).all()


def test_mouths_do_not_come_from_beyond_a_cut() -> None:
    track = np.repeat([0, 1], 75)
    seen = mouths(shapes(speech(150, 0)), track=track)
    found = cast(seen, np.ones(150, np.bool_), asked(shapes(speech(150, 5))), np.arange(150) / 25, SHUT)
    np.testing.assert_array_equal(track[found.donors], track)


def test_frames_are_left_for_a_reason() -> None:
    track = np.zeros(60, np.int64)
    track[:10] = -1
    there = np.arange(60) >= 5
    worked = np.arange(60) < 50
    openings_ = np.full(60, 0.1)
    openings_[30] = 0.6
    seen = mouths(shapes(np.linspace(0.08, 0.12, 60)), track=track)
    found = cast(seen, there, Wanted(shapes(openings_), worked, np.arange(60)), np.arange(60) / 25, SHUT)
    assert found.left[:5] == (Left.NO_FACE,) * 5
    assert found.left[5:10] == (Left.POSE,) * 5
    assert found.left[30] is Left.SHAPE
    assert found.left[50:] == (Left.OUTSIDE,) * 10
    assert found.left[11] is None
    left = np.array([each is not None for each in found.left])
    np.testing.assert_array_equal(found.donors[left], np.flatnonzero(left))


def test_one_mouth_is_not_shown_twice_in_a_row() -> None:
    seen = mouths(shapes([0.1] * 3), track=np.array([0, -1, -1]))
    found = cast(seen, np.ones(3, np.bool_), asked(shapes([0.1] * 3)), np.arange(3) / 25, SHUT)
    assert found.left == (None, Left.POSE, Left.POSE)
