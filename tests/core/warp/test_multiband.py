import numpy as np
import pytest

from core.warp.multiband import blended

RNG = np.random.default_rng(0)
BELOW, ABOVE = RNG.random((2, 67, 90, 3)).astype(np.float32)


@pytest.mark.parametrize("bands", [1, 3, 9])
def test_a_whole_mask_takes_one_image(bands: int) -> None:
    nothing, everything = np.zeros((67, 90), np.float32), np.ones((67, 90), np.float32)
    np.testing.assert_allclose(blended(BELOW, ABOVE, nothing, bands), BELOW, atol=1e-6)
    np.testing.assert_allclose(blended(BELOW, ABOVE, everything, bands), ABOVE, atol=1e-5)


def test_a_plain_difference_becomes_a_smooth_ramp() -> None:
    mask = np.zeros((64, 128), np.float32)
    mask[:, 64:] = 1
    dark, light = np.zeros((64, 128, 3), np.float32), np.ones((64, 128, 3), np.float32)
    row = blended(dark, light, mask, 3)[32, :, 0]
    assert row[:40] == pytest.approx(np.zeros(40), abs=0.01)
    assert row[88:] == pytest.approx(np.ones(40), abs=0.01)
    assert np.abs(np.diff(row)).max() < 0.15


def test_details_keep_a_sharp_seam() -> None:
    mask = np.zeros((64, 128), np.float32)
    mask[:, 64:] = 1
    checks = np.indices((64, 128)).sum(axis=0) % 2 * 2.0 - 1
    above = np.repeat(checks[..., None], 3, axis=2).astype(np.float32)
    joined = blended(np.zeros_like(above), above, mask, 3)[..., 0]
    assert np.abs(joined[:, :60]).max() < 0.05
    assert np.abs(joined[:, 68:] - checks[:, 68:]).max() < 0.05
