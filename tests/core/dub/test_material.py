import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from liptune.core.articulation.speaker import speaker_of
from liptune.core.dub.material import require_material, speaker_facing
from liptune.core.dub.mouths import PROFILE_DEGREES
from liptune.core.errors import TooLittleMaterial
from liptune.core.warp.pose import MODEL, POINTS, poses
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


def turned(yaw: float, openings: np.ndarray) -> np.ndarray:
    """Faces whose rigid points are those of the model's head, turned; the others come nearer together."""
    narrower = np.array([np.cos(np.radians(yaw)), 1], np.float32)
    seen = np.stack([landmarks(opening) for opening in openings]) * narrower
    head = Rotation.from_euler("Y", yaw, degrees=True).apply(MODEL)
    seen[:, POINTS] = 2 * head[:, :2] + (320, 240)
    return np.asarray(seen)


def test_how_a_face_speaks_is_not_learnt_from_the_side() -> None:
    openings = np.linspace(0.02, 0.2, 60)
    front, side = turned(0, openings), turned(50, openings)
    assert (np.abs(poses(side)[:, 0]) > PROFILE_DEGREES).all()
    for faces, known in ((np.concatenate([front, side]), front), (side, side)):
        found, expected = speaker_facing(faces), speaker_of(known)
        np.testing.assert_array_equal(found.closed, expected.closed)
        np.testing.assert_array_equal(found.mean, expected.mean)
