import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import medfilt

from liptune.core.engines.syncnet_v2.crop import Cropper, FaceView, crop, face_box, face_view

RNG = np.random.default_rng(0)


def landmarks(x: float, y: float, size: float) -> NDArray[np.float32]:
    """68 points whose extremes are ``size`` apart, centred on x, y."""
    points = RNG.uniform(-0.5, 0.5, (68, 2))
    points[:2] = [-0.5, -0.5], [0.5, 0.5]
    return (points * size + (x, y)).astype(np.float32)


def published(frames: list[NDArray[np.uint8]], boxes: NDArray[np.float64]) -> list[NDArray[np.uint8]]:
    """The crops by the recipe: pad by 1.8 s with 110, then cut rows y - s … y + 1.8 s, columns x ± 1.4 s."""
    xs, ys, halves = (medfilt(column, 13) for column in boxes.T)
    faces = []
    for frame, x, y, half in zip(frames, xs, ys, halves, strict=True):
        pad = int(half * 1.8)
        around = np.pad(frame, ((pad, pad), (pad, pad), (0, 0)), constant_values=110)
        rows = slice(int(y + pad - half), int(y + pad + half * 1.8))
        columns = slice(int(x + pad - half * 1.4), int(x + pad + half * 1.4))
        faces.append(around[rows, columns])
    return faces


@pytest.mark.filterwarnings("ignore:kernel_size exceeds:UserWarning")
@pytest.mark.parametrize("length", [7, 12, 13, 40])
def test_crops_equal_the_published_recipe(length: int) -> None:
    import cv2

    frames = [RNG.integers(0, 256, (180, 240, 3), dtype=np.uint8) for _ in range(length)]
    at = np.array([120, 90, 60]) + np.cumsum(RNG.uniform(-1, 1, (length, 3)), axis=0)
    faces = [landmarks(*where) for where in at]
    boxes = np.array([face_box(points) for points in faces])
    cropper = Cropper()
    crops: list[NDArray[np.uint8]] = []
    for frame, points in zip(frames, faces, strict=True):
        crops += cropper.push(face_view(frame, points))
    crops += cropper.finish()
    expected = [cv2.resize(face, (224, 224)) for face in published(frames, boxes)]
    np.testing.assert_array_equal(np.stack(crops), np.stack(expected))


def test_a_short_track_is_cropped_by_its_own_boxes() -> None:
    view = FaceView(np.full((100, 100, 3), 7, np.uint8), 0, 0, (50.0, 40.0, 20.0))
    cropper = Cropper()
    crops = [face for _ in range(3) for face in cropper.push(view)] + list(cropper.finish())
    assert len(crops) == 3
    np.testing.assert_array_equal(crops[0], crop(view, view.box))


def test_outside_the_frame_is_110() -> None:
    frame = np.zeros((40, 40, 3), np.uint8)
    view = face_view(frame, landmarks(0, 0, 30))
    face = crop(view, view.box)
    assert face.shape == (224, 224, 3)
    assert face[0, 0, 0] == 110
    assert face[-1, -1, 0] == 0


def test_a_face_far_outside_the_frame_is_all_fill() -> None:
    view = face_view(np.zeros((40, 40, 3), np.uint8), landmarks(-500, 900, 30))
    np.testing.assert_array_equal(crop(view, view.box), 110)


def test_the_box_reaches_from_forehead_to_chin() -> None:
    points = landmarks(100, 100, 60)
    x, y, half = face_box(points)
    assert x == pytest.approx(100, abs=1e-4)
    assert (y - half, y + half) == pytest.approx((70 - 0.3 * 60, 130), abs=1e-4)
