import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.faces.geometry import Box, box_of, iou, moved, scaled, side

corners = st.tuples(st.floats(-100, 100), st.floats(-100, 100), st.floats(1, 100), st.floats(1, 100))
boxes = corners.map(lambda c: (c[0], c[1], c[0] + c[2], c[1] + c[3]))


@given(boxes, boxes)
def test_iou_is_symmetric_and_a_share(a: Box, b: Box) -> None:
    assert iou(a, b) == pytest.approx(iou(b, a))
    assert 0 <= iou(a, b) <= 1 + 1e-9


@given(boxes)
def test_a_box_overlaps_itself_wholly(box: Box) -> None:
    assert iou(box, box) == pytest.approx(1)


@pytest.mark.parametrize(
    ("other", "share"),
    [((5, 0, 15, 10), 1 / 3), ((10, 0, 20, 10), 0), ((2, 2, 8, 8), 0.36), ((40, 0, 50, 9), 0)],
)
def test_iou_by_hand(other: Box, share: float) -> None:
    assert iou((0, 0, 10, 10), other) == pytest.approx(share)


@given(st.floats(0.2, 5), st.floats(-50, 50), st.floats(-50, 50))
def test_the_box_follows_the_landmarks(zoom: float, dx: float, dy: float) -> None:
    landmarks = np.random.default_rng(0).normal(100, 20, (68, 2))
    expected = scaled(box_of(landmarks.astype(np.float32)), zoom, dx, dy)
    moved_landmarks = (landmarks * zoom + (dx, dy)).astype(np.float32)
    np.testing.assert_allclose(box_of(moved_landmarks), expected, atol=0.01)


def test_moving_is_in_units_of_the_side() -> None:
    assert moved((0, 0, 10, 10), 0.1, -0.2, 2.0) == pytest.approx((-4, -7, 16, 13))
    assert side(moved((0, 0, 10, 10), 0.3, 0.3, 1.5)) == pytest.approx(15)
