import numpy as np

from liptune.core.articulation.mouth import opening as openings
from liptune.core.articulation.types import Prosody, Speaker, Speech
from liptune.core.dub.wanted import CLOSING_FRAMES, wanted
from tests.core.dub.faces import CLOSED, shapes


def speech(openings_: list[float]) -> Speech:
    still = np.zeros(len(openings_), np.float32)
    return Speech(shapes(openings_), np.ones(len(openings_), np.bool_), Prosody(still, still, still, still))


def speaker() -> Speaker:
    seen = shapes([CLOSED, 0.1, 0.2])
    return Speaker(seen.mean(0), seen.std(0), seen[0])


def test_frames_get_what_is_said_when_they_are_shown() -> None:
    said = speech([0.02, 0.1, 0.2, 0.1])
    at = np.array([0.0, 0.04, 0.06, 0.12])
    found = openings(wanted(said, speaker(), at).shapes)
    told = openings(said.points)
    np.testing.assert_allclose(found, [told[0], told[1], (told[1] + told[2]) / 2, told[3]], atol=1e-6)


def test_after_the_sound_the_mouth_comes_to_rest() -> None:
    seconds = np.arange(30) / 25
    found = wanted(speech([0.2] * 10), speaker(), seconds).shapes
    after = openings(found)[9:]
    assert (np.diff(after) <= 1e-7).all()
    np.testing.assert_allclose(found[10 + CLOSING_FRAMES :], speaker().closed[None].repeat(16, 0), atol=1e-6)


def test_a_sound_without_a_frame_is_rest() -> None:
    nothing = speech([0.1])
    none = Speech(nothing.points[:0], nothing.speaking[:0], nothing.prosody)
    found = wanted(none, speaker(), np.arange(3) / 25).shapes
    np.testing.assert_allclose(found, speaker().closed[None].repeat(3, 0))


def test_only_the_span_is_worked_on() -> None:
    found = wanted(speech([0.1] * 10), speaker(), np.arange(10) / 25, (0.08, 0.2))
    np.testing.assert_array_equal(np.flatnonzero(found.worked), [2, 3, 4])
