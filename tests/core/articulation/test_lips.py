import numpy as np
import pytest

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.lips import LEAST_SURE, PROMINENCE, closures, parted, pressed, rested
from liptune.core.articulation.mouth import CORNERS, JAW, opening
from liptune.core.articulation.speaker import speaker_of
from tests.core.articulation.faces import face, speaking

SPEAKER = speaker_of(speaking(100))
OPEN = np.repeat(shapes(face(0.2)[None]), 12, axis=0)


def test_lips_meet_at_closures_and_are_on_their_way_beside() -> None:
    sure = np.full(12, LEAST_SURE - 4, np.float32)
    sure[3:8] = LEAST_SURE + np.array([-2, 0, 1, 0, -2])
    drawn, rest = pressed(OPEN, sure, SPEAKER), opening(SPEAKER.closed)
    expected = np.full(12, 0.2)
    expected[[4, 6]] -= (0.2 - rest) / 2
    expected[5] = rest
    np.testing.assert_allclose(opening(drawn), expected, atol=1e-5)
    np.testing.assert_array_equal(drawn[:, JAW], OPEN[:, JAW])
    np.testing.assert_array_equal(drawn[:, CORNERS], OPEN[:, CORNERS])


def test_what_is_not_sure_enough_closes_nothing() -> None:
    sure = LEAST_SURE - 2 + np.eye(12, dtype=np.float32)[5]
    assert not closures(sure).any()


def test_ripples_close_once() -> None:
    rippled = np.tile([0, PROMINENCE / 2], 6).astype(np.float32) + np.linspace(0, 0.2, 12, dtype=np.float32)
    assert (closures(rippled) == 1).sum() == 1


@pytest.mark.parametrize("at", [0, 11])
def test_lips_may_be_closed_at_either_end(at: int) -> None:
    sure = np.full(12, LEAST_SURE - 2, np.float32)
    sure[at] = LEAST_SURE + 0.1
    assert closures(sure)[at] == 1


def test_lips_that_are_closed_are_not_opened() -> None:
    shut = np.repeat(SPEAKER.closed[None], 12, axis=0)
    np.testing.assert_array_equal(pressed(shut, np.eye(12, dtype=np.float32)[5], SPEAKER), shut)


def test_pauses_rest_at_the_closed_mouth() -> None:
    speaks = np.array([True] * 4 + [False] * 8)
    gaps = opening(rested(OPEN, speaks, SPEAKER))
    np.testing.assert_allclose(gaps[5:], opening(SPEAKER.closed), atol=1e-6)
    np.testing.assert_allclose(gaps[:3], 0.2, atol=1e-5)
    assert (np.diff(gaps[2:6]) < 0).all()


def test_lips_that_would_cross_meet() -> None:
    crossed = shapes(face(-0.1)[None])
    met = parted(crossed)
    assert opening(met)[0] == 0
    np.testing.assert_allclose(met.mean(), crossed.mean(), atol=1e-6)
    np.testing.assert_array_equal(parted(OPEN), OPEN)
