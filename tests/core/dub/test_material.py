import numpy as np
import pytest

from liptune.core.dub.material import require_material
from liptune.core.errors import TooLittleMaterial
from tests.core.warp.scenes import landmarks


def faces(count: int, opening: float = 0.02) -> np.ndarray:
    return np.repeat(landmarks(opening)[None], count, axis=0)


def test_enough_is_enough() -> None:
    require_material(faces(100), np.zeros(100))


@pytest.mark.parametrize(
    ("seen", "yaw", "missing"),
    [
        (faces(99), np.zeros(99), "on screen for 4.0 s"),
        (faces(0), np.zeros(0), "on screen for 0.0 s"),
        (faces(200), np.full(200, 50.0), "from the side"),
        (faces(200), np.repeat([-50.0, 0.0], [150, 50]), "2.0 s of 8.0 s"),
        (faces(200, 0.3), np.zeros(200), "never closed"),
    ],
)
def test_what_is_missing_is_said(seen: np.ndarray, yaw: np.ndarray, missing: str) -> None:
    with pytest.raises(TooLittleMaterial, match=missing) as raised:
        require_material(seen, yaw)
    assert raised.value.remedy
    assert raised.value.code == "too_little_material"
