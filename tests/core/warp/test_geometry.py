import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.warp.geometry import bent, head_motion, inverted, moved, similarity
from liptune.core.warp.landmarks import MOUTH
from liptune.core.warp.types import Pair
from tests.core.warp.scenes import FACE, landmarks, pair, view

SMALL = st.floats(-20, 20)


@given(st.floats(-0.5, 0.5), st.floats(0.5, 2), SMALL, SMALL, st.floats(0.5, 2))
def test_a_similarity_comes_back(angle: float, zoom: float, right: float, down: float, aspect: float) -> None:
    square = landmarks().astype(np.float64)
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shown = square @ turn.T + (right, down)
    stretch = np.array([aspect, 1.0])
    # Points are in samples, which are `aspect` times as wide as high.
    found = similarity((square / stretch).astype(np.float32), (shown / stretch).astype(np.float32), aspect)
    np.testing.assert_allclose(moved(square / stretch, found), shown / stretch, atol=1e-3)
    back = moved(moved(square, found), inverted(found))
    np.testing.assert_allclose(back, square, atol=1e-6)


def test_the_same_face_is_not_bent() -> None:
    face = view(landmarks())
    both = Pair(face, face)
    sources = bent(both, head_motion(both))
    rows, columns = np.indices(sources.shape[:2])
    np.testing.assert_allclose(sources, np.stack([columns, rows], axis=-1), atol=1e-3)


def test_lips_and_chin_stay_as_the_donors_and_the_jaw_joins_the_targets() -> None:
    made = pair(shift=(6, -4))
    lower = made.donor.landmarks.copy()
    lower[3:14, 1] += np.sin(np.linspace(0, np.pi, 11)) * 8  # a chin that has dropped by 8 pixels
    made = Pair(made.target, view(lower))
    motion = head_motion(made)
    sources = bent(made, motion)
    lips = moved(lower[MOUTH], motion)
    np.testing.assert_allclose(_at(sources, lips), lower[MOUTH], atol=0.01 * FACE)
    chin = moved(lower[[8]], motion)
    np.testing.assert_allclose(_at(sources, chin), lower[[8]], atol=0.01 * FACE)
    cheeks = [2, 3, 13, 14]
    here = made.target.landmarks[cheeks]
    np.testing.assert_allclose(_at(sources, here)[:, 0], lower[cheeks, 0], atol=0.01 * FACE)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (12.0, 5.0)])
def test_the_head_motion_ignores_the_mouth(shift: tuple[float, float]) -> None:
    found = head_motion(pair(donor_opening=0.3, shift=shift))
    np.testing.assert_allclose(found, [[1, 0, -shift[0]], [0, 1, -shift[1]]], atol=1e-4)


def _at(sources: np.ndarray, points: np.ndarray) -> np.ndarray:
    x, y = np.rint(points).astype(int).T
    return np.asarray(sources[y, x] + (points - np.rint(points)))
