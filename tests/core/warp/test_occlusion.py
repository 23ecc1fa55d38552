import numpy as np
import pytest

from core.warp.occlusion import MOST_DIFFERENCE, difference, hidden

RING = np.ones((60, 60), np.float32)


@pytest.mark.parametrize(("size", "found"), [(20, 30.0), (0, 0.0)])
def test_a_patch_is_found_and_speckles_are_not(size: int, found: float) -> None:
    plain = np.full((60, 60, 3), 50, np.float32)
    other = plain.copy()
    other[10 : 10 + size, 10 : 10 + size, 0] += 30
    other[::15, ::15, 1] += 30
    assert difference(plain, other, RING, 100.0) == pytest.approx(found, abs=3)
    elsewhere = RING.copy()
    elsewhere[:40, :40] = 0
    assert difference(plain, other, elsewhere, 100.0) < 3


def test_what_covers_a_mouth_stays() -> None:
    bad = MOST_DIFFERENCE + 1
    assert not any(hidden([1, 1, bad, 1, 1], at) for at in range(5))
    assert [hidden([1, 1, 1, bad, bad, bad, bad], at) for at in (0, 1, 4, 5, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert hidden([1, 1, 3 * MOST_DIFFERENCE, 1, 1], 2)
