from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest

from liptune.core.media.read.raw import RawFormat
from liptune.core.media.write.picture import Picture
from liptune.core.warp.colour import colours_of
from liptune.core.warp.light import settled
from liptune.core.warp.mask import lower_face
from liptune.core.warp.pyramid import SETTLE_FRAMES, Pyramid
from liptune.core.warp.types import Composite, Floats, Left, Pair
from tests.core.warp.scenes import SIDE, landmarks, pair, portrait, view

COLOURS = colours_of(
    Picture("", None, Fraction(1, 25), "", None, {"colorspace": "bt709"}, ()), RawFormat("yuv420p", 2, 2)
)
PYRAMID = Pyramid(COLOURS)


def composite(made: Pair) -> Composite:
    (found,) = PYRAMID([made])
    assert isinstance(found, Composite)
    return found


def after(made: Pair) -> Floats:
    done = composite(made)
    return np.asarray(made.target.pixels + done.change * (done.mask > 0)[..., None], np.float32)


def test_the_same_mouth_changes_nothing() -> None:
    face = view(landmarks())
    assert np.abs(composite(Pair(face, face)).change).max() < 3.0


def test_the_mouth_opens_where_the_donors_does() -> None:
    """Against the same opening drawn on the target's own head."""
    made = pair(donor_opening=0.12, shift=(4, -3))
    drawn = portrait(landmarks(0.12))
    inside = lower_face(made.target, landmarks(0.12).astype(np.float64)) > 0.99
    before = np.abs(made.target.pixels - drawn)[inside].mean()
    assert np.abs(after(made) - drawn)[inside].mean() < 0.35 * before


def test_the_donors_light_does_not_come_with_it() -> None:
    made = pair(donor_opening=0.12, shift=(0, 0))
    darker = replace(made.donor, pixels=np.asarray(made.donor.pixels * 0.85 + (0, 18, 18), np.float32))
    plain, matched = after(made), after(Pair(made.target, darker))
    cheek = composite(made).mask > 0.3
    cheek &= ~(lower_face(made.target, made.donor.landmarks.astype(np.float64)) > 0.8)
    assert np.abs(matched - plain)[cheek].mean() < 2.0


def test_nothing_outside_of_the_mask() -> None:
    done = composite(pair())
    inside = (done.mask > 0).astype(np.uint8)
    edge = inside > cv2.erode(inside, np.ones((3, 3), np.uint8))
    assert np.abs(done.change[done.mask == 0]).max() < 0.01
    assert np.abs(done.change[edge]).max() < 5.0
    assert np.abs(done.change).max() > 50


@pytest.mark.parametrize("side", ["target", "donor"])
def test_a_hand_before_one_of_the_faces_leaves_the_frame_alone(side: str) -> None:
    made = pair(donor_opening=0.1, shift=(2, 1))
    face = made.target if side == "target" else made.donor
    hidden = face.pixels.copy()
    hidden[150:230, 60:130] = (80, 120, 140)
    covered = replace(face, pixels=hidden)
    made = replace(made, target=covered) if side == "target" else replace(made, donor=covered)
    assert list(PYRAMID([made])) == [Left.OCCLUDED]


def test_a_face_that_turns_over_is_left_alone() -> None:
    points = landmarks()
    over = np.asarray(256 - points, np.float32)
    assert list(PYRAMID([Pair(view(points), view(over))])) == [Left.DEGENERATE]


def test_a_chin_that_the_donors_picture_cuts_off_is_not_made_up() -> None:
    below = 30
    done = composite(pair(donor_opening=0.1, shift=(0, below)))
    assert done.mask[SIDE - below :].max() == 0
    assert np.abs(done.change[SIDE - below :]).max() < 0.01
    assert np.abs(done.change).max() > 50


def test_lips_that_the_donors_picture_cuts_off_leave_the_frame_alone() -> None:
    assert list(PYRAMID([pair(donor_opening=0.1, shift=(0, 60))])) == [Left.DEGENERATE]


def test_order_and_number_are_kept() -> None:
    made = pair()
    given: list[Pair | Left] = [made, Left.POSE, *[made] * (SETTLE_FRAMES + 3), Left.CUT]
    found = list(PYRAMID(given))
    assert [isinstance(each, Composite) for each in found] == [isinstance(each, Pair) for each in given]
    assert found[1] is Left.POSE
    assert found[-1] is Left.CUT


def test_light_settles_without_lag() -> None:
    steps = [np.full(3, float(value)) for value in range(9)]
    assert [settled(steps, at)[0] for at in range(9)] == pytest.approx(range(9))
    spike = [np.zeros(3) for _ in range(9)]
    spike[4] = np.ones(3)
    smooth = [float(settled(spike, at)[0]) for at in range(9)]
    assert smooth == pytest.approx(smooth[::-1])
    assert max(smooth) == smooth[4] < 0.3
