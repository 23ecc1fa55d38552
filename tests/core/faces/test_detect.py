import cv2
import dlib
import numpy as np
import pytest

from liptune.core.faces.detect import FILTER, Detection, Detector, Reach, distinct
from liptune.core.faces.geometry import Box, iou
from tests.core.faces.scenes import FACE, Place, backdrop, portrait, scene


def box_at(place: Place) -> Box:
    x, y, size = place
    return x - size / 2, y - size / 2, x + size / 2, y + size / 2


@pytest.mark.parametrize(
    ("reach", "place", "width", "height"),
    [
        (Reach.NEAR, (160, 120, 100), 320, 240),
        (Reach.NEAR, (240, 135, 95), 480, 270),
        (Reach.MEDIUM, (300, 135, 45), 480, 270),
        (Reach.FAR, (300, 135, 30), 480, 270),
        (Reach.FAR, (900, 400, 110), 1920, 1080),
    ],
)
def test_a_face_is_found_where_it_is(reach: Reach, place: Place, width: int, height: int) -> None:
    frame = scene(1, [lambda t: place], width, height)[0]
    best = Detector().search(frame, reach)[0]
    assert best.score > 0.3
    assert iou(best.box, box_at(place)) > 0.6


@pytest.mark.parametrize("size", [160, 224, 256])
def test_a_face_that_fills_the_frame_is_found(size: int) -> None:
    x, y, side = FACE
    half = round(side * 0.62)
    tight = portrait()[round(y) - half : round(y) + half, round(x) - half : round(x) + half]
    frame = np.asarray(cv2.resize(tight, (size, size)), np.uint8)
    found = [d for reach in (Reach.NEAR, Reach.CROP) for d in Detector().search(frame, reach)]
    assert max(iou(d.box, (0.1 * size, 0.1 * size, 0.9 * size, 0.9 * size)) for d in found) > 0.6


@pytest.mark.parametrize("reach", list(Reach))
def test_clouds_have_no_face(reach: Reach) -> None:
    assert Detector().search(backdrop(320, 240), reach) == []


@pytest.mark.parametrize("place", [(160, 120, 100), (20, 120, 100), (300, 230, 120)])
def test_a_followed_face_is_found_again_even_at_the_edge(place: Place) -> None:
    frame = scene(1, [lambda t: place])[0]
    nudged = (place[0] + 6, place[1] - 6, place[2] * 1.1)
    assert (Detector().check(frame, box_at(nudged)) is not None) == (place[0] == 160)


def test_nothing_is_found_again_where_nothing_is() -> None:
    assert Detector().check(backdrop(320, 240), (100, 100, 180, 180)) is None


def test_of_two_views_of_one_face_the_better_is_kept() -> None:
    a, b = Detection((0, 0, 10, 10), 1.0), Detection((1, 1, 11, 11), 2.0)
    other = Detection((50, 0, 60, 10), 0.5)
    assert distinct([a, other, b]) == [b, other]


@pytest.mark.parametrize("place", [(160, 120, 100), (150, 110, 90), None])
def test_the_filter_kept_beside_the_code_is_dlibs_own(place: Place | None) -> None:
    frame = scene(1, [lambda t: place] if place else [], 320, 240)[0]
    kept, own = dlib.fhog_object_detector(str(FILTER)), dlib.get_frontal_face_detector()
    found, expected = kept.run(frame, 1, -1.0), own.run(frame, 1, -1.0)
    assert list(found[1]) == list(expected[1])
    assert [str(box) for box in found[0]] == [str(box) for box in expected[0]]
    assert len(expected[0]) > 0
