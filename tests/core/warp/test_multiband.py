import numpy as np
import pytest

from liptune.core.warp.multiband import weighted

RNG = np.random.default_rng(0)
CHANGE = RNG.random((67, 90, 3)).astype(np.float32)


@pytest.mark.parametrize("bands", [1, 3, 9])
def test_a_whole_mask_takes_all_and_none_nothing(bands: int) -> None:
    nothing, everything = np.zeros((67, 90), np.float32), np.ones((67, 90), np.float32)
    np.testing.assert_array_equal(weighted(CHANGE, nothing, bands), 0)
    np.testing.assert_allclose(weighted(CHANGE, everything, bands), CHANGE, atol=1e-5)


def test_a_plain_difference_becomes_a_smooth_ramp() -> None:
    mask = np.zeros((64, 128), np.float32)
    mask[:, 64:] = 1
    row = weighted(np.ones((64, 128, 3), np.float32), mask, 3)[32, :, 0]
    assert row[:40] == pytest.approx(np.zeros(40), abs=0.01)
    assert row[88:] == pytest.approx(np.ones(40), abs=0.01)
    assert np.abs(np.diff(row)).max() < 0.15


def test_details_keep_a_sharp_seam() -> None:
    mask = np.zeros((64, 128), np.float32)
    mask[:, 64:] = 1
    checks = np.indices((64, 128)).sum(axis=0) % 2 * 2.0 - 1
    above = np.repeat(checks[..., None], 3, axis=2).astype(np.float32)
    joined = weighted(above, mask, 3)[..., 0]
    assert np.abs(joined[:, :60]).max() < 0.05
    assert np.abs(joined[:, 68:] - checks[:, 68:]).max() < 0.05
