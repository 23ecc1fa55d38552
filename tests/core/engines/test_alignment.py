from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from liptune.core.engines.stable_syncnet.alignment import TEMPLATE, anchors, lower_face, similarity


def moved(
    points: NDArray[np.float64], degrees: float, scale: float, x: float, y: float
) -> NDArray[np.float64]:
    turn = np.deg2rad(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(scale * points @ rotation.T + (x, y))


def face(points: NDArray[np.float64]) -> NDArray[np.float32]:
    """68 landmarks whose brows and nose average to the three points."""
    landmarks = np.zeros((68, 2), np.float32)
    landmarks[17:22], landmarks[22:27], landmarks[27:36] = points
    return landmarks


@given(st.floats(-170, 170), st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_a_turned_scaled_and_shifted_template_is_put_back(
    degrees: float, scale: float, x: float, y: float
) -> None:
    points = moved(TEMPLATE, degrees, scale, x, y)
    matrix = similarity(points)
    back = points @ matrix[:, :2].T + matrix[:, 2]
    turned = (points - points.mean(axis=0)) / (points - points.mean(axis=0)).std()
    target = (TEMPLATE - TEMPLATE.mean(axis=0)) / (TEMPLATE - TEMPLATE.mean(axis=0)).std()
    np.testing.assert_allclose(back, TEMPLATE + (target[2] - turned[2]), atol=1e-6)


def test_the_matrix_never_mirrors_nor_shears() -> None:
    points = np.array([[40.0, 30.0], [10.0, 35.0], [22.0, 60.0]])
    linear = similarity(points)[:, :2]
    assert np.linalg.det(linear) > 0
    np.testing.assert_allclose(linear @ linear.T, np.linalg.det(linear) * np.eye(2), atol=1e-9)


def test_anchors_are_rounded_means() -> None:
    points = np.array([[10.4, 20.6], [50.2, 20.4], [30.5, 40.5]])
    np.testing.assert_array_equal(anchors(face(points)), np.round(points.astype(np.float32)))


def test_a_face_on_the_template_keeps_its_pixels() -> None:
    import cv2

    frame: NDArray[Any] = cv2.GaussianBlur(
        np.random.default_rng(0).integers(0, 256, (280, 210, 3), dtype=np.uint8), (9, 9), 3
    )
    cut = lower_face(frame, face(np.round(TEMPLATE)))
    expected = cv2.resize(frame, (256, 256), interpolation=cv2.INTER_LANCZOS4)[128:]
    assert cut.shape == (128, 256, 3)
    inner = np.s_[2:-2, 2:-2]
    assert np.abs(cut[inner].astype(int) - expected[inner]).mean() < 2


@pytest.mark.parametrize("at", [(-900.0, 50.0), (100.0, 5_000.0)])
def test_outside_the_frame_is_127(at: tuple[float, float]) -> None:
    frame = np.zeros((100, 100, 3), np.uint8)
    np.testing.assert_array_equal(lower_face(frame, face(TEMPLATE + at)), 127)


def test_points_that_coincide_do_not_fail() -> None:
    cut = lower_face(np.zeros((100, 100, 3), np.uint8), np.full((68, 2), 50, np.float32))
    assert cut.shape == (128, 256, 3)
