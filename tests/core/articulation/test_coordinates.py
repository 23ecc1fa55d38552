import numpy as np

from liptune.core.articulation.coordinates import placed, poses, shapes
from liptune.core.articulation.types import POINTS
from tests.core.articulation.faces import EYES, face, speaking


def test_shapes_do_not_depend_on_where_and_how_large_a_face_is() -> None:
    landmarks = speaking(30)
    upright = np.stack([face(0.1 + 0.1 * np.sin(at / 3)) for at in range(30)])[:, POINTS] / EYES
    np.testing.assert_allclose(shapes(landmarks), upright, atol=1e-5)


def test_placed_undoes_shapes() -> None:
    landmarks = speaking(20)
    np.testing.assert_allclose(placed(shapes(landmarks), poses(landmarks)), landmarks[:, POINTS], atol=1e-3)


def test_what_is_not_seen_stays_unknown() -> None:
    landmarks = speaking(5)
    landmarks[2, 40] = np.nan
    assert np.isnan(shapes(landmarks)).all((1, 2)).tolist() == [False, False, True, False, False]
    assert np.isnan(placed(shapes(landmarks), poses(landmarks))[2]).all()


def test_no_faces_no_shapes() -> None:
    assert shapes(np.zeros((0, 68, 2), np.float32)).shape == (0, len(POINTS), 2)
