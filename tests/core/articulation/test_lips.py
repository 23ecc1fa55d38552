import numpy as np

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.lips import FROM, FULLY, parted, pressed, rested
from liptune.core.articulation.mouth import JAW, LIPS, opening
from liptune.core.articulation.speaker import speaker_of
from tests.core.articulation.faces import face, speaking

SPEAKER = speaker_of(speaking(100))
OPEN = np.repeat(shapes(face(0.2)[None]), 12, axis=0)


def test_lips_that_are_surely_closed_are_the_speakers_closed_ones() -> None:
    drawn = pressed(OPEN, np.full(12, FULLY, np.float32), SPEAKER)
    np.testing.assert_allclose(
        drawn[:, LIPS], np.broadcast_to(SPEAKER.closed[LIPS], drawn[:, LIPS].shape), atol=1e-6
    )
    np.testing.assert_array_equal(drawn[:, JAW], OPEN[:, JAW])


def test_lips_that_are_not_stay_and_the_surer_the_closer() -> None:
    np.testing.assert_array_equal(pressed(OPEN, np.full(12, FROM, np.float32), SPEAKER), OPEN)
    gaps = opening(pressed(OPEN, np.linspace(FROM, FULLY, 12, dtype=np.float32), SPEAKER))
    assert (np.diff(gaps) < 0).all()


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
