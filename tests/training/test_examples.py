import numpy as np
import pytest

from liptune.core.articulation.mouth import mirrored
from training.articulation.basis import symmetric
from training.articulation.examples import moments
from training.articulation.validation import auroc

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("early", [0.0, 2.0, -1.0, 0.25, -1.5])
def test_each_frame_has_the_shape_of_its_moment(early: float) -> None:
    moving = np.arange(20, dtype=np.float32)[:, None, None] * np.ones((1, 3, 2), np.float32)
    found = moments(moving, early)[:, 0, 0]
    expected = np.arange(20) + early
    inside = (expected >= 0) & (expected <= 19)
    np.testing.assert_allclose(found[inside], expected[inside], atol=1e-5)
    assert np.isnan(found[~inside]).all()


def test_what_is_symmetric_is_its_own_mirror_image() -> None:
    shape = symmetric(RANDOM.normal(size=(4, 39, 2)).astype(np.float32))
    np.testing.assert_allclose(mirrored(shape), shape, atol=1e-6)


def test_the_area_under_the_curve_counts_pairs() -> None:
    positive, scores = RANDOM.random(40) < 0.3, RANDOM.random(40).astype(np.float32)
    pairs = [one > other for one in scores[positive] for other in scores[~positive]]
    assert auroc(positive, scores) == pytest.approx(np.mean(pairs), abs=1e-4)
