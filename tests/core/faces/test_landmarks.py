"""What every landmark model is held to, on the astronaut's portrait."""

from importlib.util import find_spec

import cv2
import numpy as np
import pytest

from liptune.core.faces.dlib68 import MODEL_PACKAGE, Dlib68
from liptune.core.faces.geometry import Box, box_of, iou
from liptune.core.faces.images import Gray
from liptune.core.faces.landmarks import LandmarkModel
from liptune.core.faces.mesh.model import Mesh
from liptune.core.warp.types import Floats
from tests.core.faces.scenes import backdrop, portrait

FACE_BOX = (181.0, 78.0, 273.0, 170.0)
EXTRA = pytest.mark.skipif(find_spec(MODEL_PACKAGE) is None, reason="the extra dlib68 is not installed")


@pytest.fixture(params=[Mesh, pytest.param(Dlib68, marks=EXTRA)])
def model(request: pytest.FixtureRequest) -> LandmarkModel:
    made: LandmarkModel = request.param()
    return made


def points_of(model: LandmarkModel, gray: Gray, box: Box = FACE_BOX) -> Floats:
    found = model.locate(gray, box)
    assert found is not None
    return found.points


def test_the_points_are_where_a_face_has_them(model: LandmarkModel) -> None:
    points = points_of(model, portrait())
    eyes = points[36:42].mean(0), points[42:48].mean(0)
    assert points.shape == (68, 2)
    assert points.dtype == np.float32
    assert eyes[0] == pytest.approx((203, 101), abs=3)
    assert eyes[1] == pytest.approx((246, 103), abs=3)
    assert points[48:].mean(0) == pytest.approx((223, 146), abs=3)


def test_a_shifted_picture_has_shifted_points(model: LandmarkModel) -> None:
    shifted = np.roll(portrait(), (7, -11), axis=(0, 1))
    expected = points_of(model, portrait()) + np.array([-11, 7])
    np.testing.assert_allclose(points_of(model, shifted), expected, atol=1.6)


@pytest.mark.parametrize("zoom", [0.35, 0.6, 2.0])
def test_a_scaled_picture_has_scaled_points(model: LandmarkModel, zoom: float) -> None:
    picture = np.asarray(
        cv2.resize(portrait(), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8
    )
    box = tuple(edge * zoom for edge in FACE_BOX)
    found = points_of(model, picture, (box[0], box[1], box[2], box[3])) / zoom
    assert np.abs(found - points_of(model, portrait())).mean() < 0.02 * 92


@pytest.mark.parametrize(("dx", "dy", "zoom"), [(0.12, 0, 1), (-0.1, 0.1, 1), (0, 0, 1.2), (0, 0, 0.85)])
def test_the_answer_hardly_depends_on_the_box(
    model: LandmarkModel, dx: float, dy: float, zoom: float
) -> None:
    half = 46 * zoom
    x, y = 227 + dx * 92, 124 + dy * 92
    found = points_of(model, portrait(), (x - half, y - half, x + half, y + half))
    assert np.abs(found - points_of(model, portrait())).mean() < 0.015 * 92


@pytest.mark.parametrize("degrees", [-25, 15])
def test_a_leaning_head_has_leaning_points(model: LandmarkModel, degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((227, 124), degrees, 1)
    leaning = np.asarray(cv2.warpAffine(portrait(), turn, (512, 512)), np.uint8)
    expected = points_of(model, portrait()) @ turn[:, :2].T + turn[:, 2]
    assert np.abs(points_of(model, leaning) - expected).mean() < 0.03 * 92


@pytest.mark.parametrize("seed", range(6))
def test_clouds_are_no_face(model: LandmarkModel, seed: int) -> None:
    assert model.locate(backdrop(320, 240, seed), (100, 60, 200, 160)) is None


def test_a_box_outside_the_picture_is_no_error(model: LandmarkModel) -> None:
    found = model.locate(portrait(), (-300.0, -300.0, -200.0, -200.0))
    assert found is None or np.isfinite(found.points).all()


def test_a_still_face_is_followed_to_where_it_is(model: LandmarkModel) -> None:
    last = model.locate(portrait(), FACE_BOX)
    assert last is not None
    again = model.locate(portrait(), box_of(last.points))
    assert again is not None
    found = model.follow(portrait(), again)
    assert found is not None
    assert np.abs(found.points - last.points).mean() < 0.01 * 92


def test_what_was_a_face_and_is_none_is_not_followed(model: LandmarkModel) -> None:
    last = model.locate(portrait(), FACE_BOX)
    assert last is not None
    assert model.follow(backdrop(512, 512), last) is None


def test_the_box_of_the_points_is_the_detectors(model: LandmarkModel) -> None:
    assert iou(box_of(points_of(model, portrait())), FACE_BOX) > 0.75
