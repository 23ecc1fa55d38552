import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.engines.lite.crop import VISUAL_DTYPE, visual_input
from liptune.core.faces.pose import ANCHORS, TEMPLATE, face_pose


def face() -> NDArray[np.float32]:
    """68 points whose anchors are the mean face's, 60 pixels between the eyes, about (200, 150)."""
    points = np.random.default_rng(2).uniform(-0.6, 0.6, (68, 2))
    for part, target in zip(ANCHORS, TEMPLATE, strict=True):
        points[part] += target - points[part].mean(0)
    points[48:68] += (0.0, 1.1)
    return (points * 60 + (200, 150)).astype(np.float32)


def test_the_pose_takes_the_anchors_to_the_mean_face() -> None:
    points = face()
    pose = face_pose(points)
    anchors = np.array([points[part].mean(0) for part in ANCHORS])
    np.testing.assert_allclose(anchors @ pose[:, :2].T + pose[:, 2], TEMPLATE, atol=1e-5)


@pytest.mark.parametrize(("angle", "zoom"), [(0.0, 2.0), (20.0, 1.0), (-35.0, 1.4)])
def test_the_input_does_not_change_when_the_whole_picture_turns_and_grows(angle: float, zoom: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (320, 400)).astype(np.uint8)
    frame = np.asarray(cv2.GaussianBlur(noise, (0, 0), 6) * 3, np.uint8)
    matrix = cv2.getRotationMatrix2D((200, 200), angle, zoom)
    moved = np.asarray(cv2.warpAffine(frame, matrix, (400, 320)), np.uint8)
    points = face()
    here = visual_input(frame, points)
    there = visual_input(moved, (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32))
    np.testing.assert_allclose(here["points"], there["points"], atol=1e-4)
    assert np.abs(here["mouth"].astype(int) - there["mouth"].astype(int)).mean() < 4


def test_grey_and_colour_frames_give_the_same_input() -> None:
    frame = np.random.default_rng(0).integers(0, 255, (320, 400)).astype(np.uint8)
    colour = np.repeat(frame[..., None], 3, axis=2)
    assert visual_input(frame, face()) == visual_input(colour, face())
    assert visual_input(frame, face()).dtype == VISUAL_DTYPE
