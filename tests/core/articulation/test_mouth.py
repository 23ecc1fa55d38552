import numpy as np
import pytest

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import mirrored, opening
from tests.core.articulation.faces import face


@pytest.mark.parametrize("gap", [0.0, 0.05, 0.2])
def test_an_opening_is_the_gap_between_the_inner_lips(gap: float) -> None:
    assert opening(shapes(face(gap)[None]))[0] == pytest.approx(gap, abs=1e-5)


def test_an_opening_is_never_negative() -> None:
    assert opening(shapes(face(-0.1)[None]))[0] == 0


def test_a_symmetric_face_is_its_own_mirror_image() -> None:
    shape = shapes(face(0.1)[None])
    np.testing.assert_allclose(mirrored(shape), shape, atol=1e-5)


def test_mirrored_twice_is_as_before() -> None:
    shape = np.random.default_rng(0).normal(size=(3, *shapes(face()[None]).shape[1:])).astype(np.float32)
    np.testing.assert_array_equal(mirrored(mirrored(shape)), shape)
