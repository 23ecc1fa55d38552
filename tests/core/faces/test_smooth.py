import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from liptune.core.faces.smooth import LIP_REACH, LIPS, LOOKAHEAD, RIGID_REACH, smooth, weights


def smoothed(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([smooth(points, at) for at in range(len(points))])


def noise(frames: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(100, 3, (frames, 68, 2)).astype(np.float32)


def test_inside_it_is_savitzky_and_golays_filter() -> None:
    points = noise(40)
    ours = smoothed(points)[LOOKAHEAD:-LOOKAHEAD]
    rigid = savgol_filter(points, 2 * RIGID_REACH + 1, 2, axis=0)[LOOKAHEAD:-LOOKAHEAD]
    lips = savgol_filter(points, 2 * LIP_REACH + 1, 2, axis=0)[LOOKAHEAD:-LOOKAHEAD]
    np.testing.assert_allclose(ours[:, :48], rigid[:, :48], atol=1e-3)
    np.testing.assert_allclose(ours[:, LIPS], lips[:, LIPS], atol=1e-3)


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_time_has_no_direction(frames: int, seed: int) -> None:
    points = noise(frames, seed)
    np.testing.assert_allclose(smoothed(points[::-1]), smoothed(points)[::-1], atol=1e-3)


@given(st.integers(3, 30), st.floats(-2, 2), st.floats(-0.2, 0.2))
def test_a_quadratic_motion_is_left_alone(frames: int, speed: float, acceleration: float) -> None:
    t = np.arange(frames, dtype=np.float32)
    points = np.broadcast_to((50 + speed * t + acceleration * t**2)[:, None, None], (frames, 68, 2))
    np.testing.assert_allclose(smoothed(points.astype(np.float32)), points, atol=0.02)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 4), (4, 4), (1, 0), (2, 3)])
def test_weights_keep_a_constant(before: int, after: int) -> None:
    assert weights(before, after).sum() == pytest.approx(1, abs=1e-5)


def test_jitter_is_halved() -> None:
    points = noise(200)
    assert smoothed(points)[10:-10, :48].std() < 0.55 * points.std()


def test_a_frame_depends_on_its_neighbours_only() -> None:
    points = noise(30)
    changed = points.copy()
    changed[15] += 50
    same = np.isclose(smoothed(points), smoothed(changed), atol=1e-3).all(axis=(1, 2))
    assert list(np.flatnonzero(~same)) == list(range(15 - LOOKAHEAD, 15 + LOOKAHEAD + 1))
