import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from liptune.core.warp.pose import MODEL, POINTS, poses

ANGLE = st.floats(-35, 35)


def seen(yaw: float, pitch: float, roll: float, zoom: float = 2.0) -> np.ndarray:
    """Landmarks of the model from far away, turned by SciPy."""
    turned = Rotation.from_euler("ZYX", [roll, yaw, pitch], degrees=True).apply(MODEL)
    points = np.zeros((1, 68, 2), np.float32)
    points[0, POINTS] = zoom * turned[:, :2] + (320, 240)
    return points


@given(ANGLE, ANGLE, ANGLE)
def test_angles_come_back(yaw: float, pitch: float, roll: float) -> None:
    np.testing.assert_allclose(poses(seen(yaw, pitch, roll))[0], [yaw, pitch, roll], atol=0.01)


def test_size_and_place_do_not_matter() -> None:
    points = seen(10, -5, 3)
    np.testing.assert_allclose(poses(points * 3 + 100), poses(points), atol=1e-3)


def test_missing_faces_have_no_pose() -> None:
    points = np.concatenate([seen(0, 0, 0), np.full((1, 68, 2), np.nan, np.float32)])
    found = poses(points)
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()
    assert poses(points[1:]).shape == (1, 3)


@pytest.mark.parametrize("noise", [0.5])
def test_landmark_noise_stays_small(noise: float) -> None:
    points = np.repeat(seen(5, 5, 5), 50, axis=0)
    jitter = np.random.default_rng(0).normal(0, noise, points.shape).astype(np.float32)
    assert np.abs(poses(points + jitter) - poses(points)).max() < 3
