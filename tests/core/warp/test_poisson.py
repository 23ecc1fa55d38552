from fractions import Fraction

import cv2
import numpy as np
import pytest

from liptune.core.media.read.raw import RawFormat
from liptune.core.media.write.picture import Picture
from liptune.core.warp.colour import colours_of
from liptune.core.warp.landmarks import MOUTH
from liptune.core.warp.mask import reference_mask
from liptune.core.warp.poisson import Poisson, clone, homography
from liptune.core.warp.types import Composite, Left, Pair
from tests.core.warp.scenes import SIDE, landmarks, pair, portrait, view

POISSON = Poisson(
    colours_of(
        Picture("", None, Fraction(1, 25), "", None, {"colorspace": "bt709"}, ()), RawFormat("yuv420p", 2, 2)
    )
)


def composite(made: Pair) -> Composite:
    (found,) = POISSON([made])
    assert isinstance(found, Composite)
    return found


def test_the_same_mouth_changes_nothing() -> None:
    face = view(landmarks())
    assert np.abs(composite(Pair(face, face)).change).max() < 2.5


def test_the_mask_is_the_reference_methods() -> None:
    mask = reference_mask(view(landmarks(0.2)))
    centre = landmarks(0.2)[MOUTH].mean(axis=0).round().astype(int)
    assert mask[centre[1], centre[0]] == 255
    left = int(landmarks()[48, 0])
    assert 0 < mask[centre[1], left - 2] < 200
    assert mask[:, : left - 20].max() == 0


@pytest.mark.parametrize(("left", "top"), [(3, 5), (20, 31), (0, 0), (34, 24)])
def test_cloning_does_not_move_what_it_clones(left: int, top: int) -> None:
    """A bright dot in an even field must come out where it went in, whatever the mask's shape and place."""
    donor, target = np.full((2, 60, 70, 3), 90, np.uint8)
    mask = np.zeros((60, 70), np.uint8)
    mask[top : top + 25, left : left + 31] = 255
    mask[top + 18 : top + 25, left : left + 20] = 0
    dot = (top + 9, left + 13)
    donor[dot] = 250
    kept = mask.copy()
    cloned = clone(donor, target, mask)
    assert divmod(int(cloned[..., 0].argmax()), 70) == dot
    np.testing.assert_array_equal(mask, kept)
    np.testing.assert_array_equal(cloned[mask == 0], target[mask == 0])


def test_a_mouth_cut_by_the_frame_is_joined() -> None:
    low = np.asarray(landmarks() + np.array([0, 68]), np.float32)
    face = view(low, portrait(low))
    donor = view(np.asarray(landmarks(0.2) + np.array([0, 64]), np.float32))
    made = composite(Pair(face, donor))
    assert np.isfinite(made.change).all()
    assert made.mask[-1].max() > 0


def folded() -> np.ndarray:
    lips = landmarks()
    lips[MOUTH, 0] = 2 * lips[MOUTH, 0].mean() - lips[MOUTH, 0]
    return lips


def flat() -> np.ndarray:
    lips = landmarks()
    lips[MOUTH, 1] = 180
    return lips


def tiny() -> np.ndarray:
    lips = landmarks()
    lips[MOUTH] = (lips[MOUTH] - lips[MOUTH].mean(axis=0)) / 8 + lips[MOUTH].mean(axis=0)
    return lips


@pytest.mark.parametrize("lips", [folded(), flat(), tiny()], ids=["mirrored", "flat", "blown up"])
def test_degenerate_homographies_leave_the_frame_alone(lips: np.ndarray) -> None:
    made = Pair(view(landmarks()), view(lips))
    assert homography(made) is None
    assert list(POISSON([made])) == [Left.DEGENERATE]


def test_the_homography_is_the_true_one() -> None:
    matrix = np.array([[1.05, 0.02, -8], [-0.03, 0.97, 6], [1e-4, -5e-5, 1]])
    made = pair()
    lips = made.donor.landmarks.copy()
    lips[MOUTH] = cv2.perspectiveTransform(made.target.landmarks[None, MOUTH], np.linalg.inv(matrix))[0]
    found = homography(Pair(made.target, view(lips)))
    assert found is not None
    np.testing.assert_allclose(found / found[2, 2], matrix, rtol=0.02, atol=0.02)


def test_what_is_left_alone_passes_through() -> None:
    found = list(POISSON([Left.POSE, pair(), Left.CUT]))
    assert found[0] is Left.POSE
    assert isinstance(found[1], Composite)
    assert found[2] is Left.CUT
    assert found[1].change.shape == (SIDE, SIDE, 3)
