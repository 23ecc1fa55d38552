import cv2
import numpy as np
import pytest

from liptune.core.faces.geometry import box_of, iou
from liptune.core.faces.landmarks import locate
from liptune.core.faces.tracklet import MAX_SPREAD
from tests.core.faces.scenes import backdrop, portrait

FACE_BOX = (181.0, 78.0, 273.0, 170.0)


def test_the_points_are_where_a_face_has_them() -> None:
    points = locate(portrait(), FACE_BOX).points
    eyes = points[36:42].mean(0), points[42:48].mean(0)
    assert points.shape == (68, 2)
    assert points.dtype == np.float32
    assert eyes[0] == pytest.approx((203, 101), abs=3)
    assert eyes[1] == pytest.approx((246, 103), abs=3)
    assert points[48:].mean(0) == pytest.approx((223, 146), abs=3)


def test_a_shifted_picture_has_shifted_points() -> None:
    shifted = np.roll(portrait(), (7, -11), axis=(0, 1))
    expected = locate(portrait(), FACE_BOX).points + np.array([-11, 7])
    np.testing.assert_allclose(locate(shifted, FACE_BOX).points, expected, atol=1.0)


@pytest.mark.parametrize("zoom", [0.35, 0.6, 2.0])
def test_a_scaled_picture_has_scaled_points(zoom: float) -> None:
    picture = np.asarray(
        cv2.resize(portrait(), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8
    )
    box = tuple(edge * zoom for edge in FACE_BOX)
    expected = locate(portrait(), FACE_BOX).points
    found = locate(picture, (box[0], box[1], box[2], box[3])).points / zoom
    assert np.abs(found - expected).mean() < 0.02 * 92


@pytest.mark.parametrize(("dx", "dy", "zoom"), [(0.12, 0, 1), (-0.1, 0.1, 1), (0, 0, 1.2), (0, 0, 0.85)])
def test_the_answer_hardly_depends_on_the_box(dx: float, dy: float, zoom: float) -> None:
    half = 46 * zoom
    x, y = 227 + dx * 92, 124 + dy * 92
    found = locate(portrait(), (x - half, y - half, x + half, y + half)).points
    assert np.abs(found - locate(portrait(), FACE_BOX).points).mean() < 0.015 * 92


def test_a_face_is_told_from_clouds() -> None:
    assert locate(portrait(), FACE_BOX).spread < MAX_SPREAD / 2
    assert locate(backdrop(320, 240), (100, 60, 200, 160)).spread > MAX_SPREAD


def test_a_box_outside_the_picture_is_no_error() -> None:
    assert np.isfinite(locate(portrait(), (-300.0, -300.0, -200.0, -200.0)).points).all()


def test_the_box_of_the_points_is_the_detectors() -> None:
    assert iou(box_of(locate(portrait(), FACE_BOX).points), FACE_BOX) > 0.75
