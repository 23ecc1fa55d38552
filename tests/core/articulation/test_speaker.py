import numpy as np
import pytest

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import LIPS, opening
from liptune.core.articulation.speaker import reach, speaker_of
from liptune.core.errors import NoFace
from tests.core.articulation.faces import face, speaking


def test_mean_and_spread_are_those_of_the_shapes() -> None:
    landmarks = speaking(200)
    seen, speaker = shapes(landmarks), speaker_of(landmarks)
    np.testing.assert_allclose(speaker.mean, seen.mean(0), atol=1e-5)
    np.testing.assert_allclose(speaker.spread, seen.std(0), rtol=0.1, atol=1e-5)
    assert reach(speaker) == pytest.approx(np.sqrt((seen[:, LIPS].std(0) ** 2).sum(-1).mean()), rel=0.1)


def test_a_head_that_turns_slowly_reaches_no_further() -> None:
    still = np.stack([face(0.1 + 0.1 * np.sin(at / 3)) for at in range(300)])
    turning = still.copy()
    turning[:, 48:, 0] += np.linspace(0, 30, 300)[:, None]
    assert reach(speaker_of(turning)) == pytest.approx(reach(speaker_of(still)), rel=0.3)
    assert reach(speaker_of(turning)) < 0.4 * np.std(np.linspace(0, 0.5, 300))


def test_the_closed_mouth_is_that_of_the_least_open_frames() -> None:
    assert opening(speaker_of(speaking(200)).closed) < 0.01
    np.testing.assert_allclose(
        speaker_of(np.stack([face(0.0)] * 9)).closed, shapes(face(0.0)[None])[0], atol=1e-5
    )


def test_a_frame_that_went_astray_changes_little() -> None:
    landmarks = speaking(200)
    astray = landmarks.copy()
    astray[17, 48:] += 400
    before, after = speaker_of(landmarks), speaker_of(astray)
    np.testing.assert_allclose(after.mean, before.mean, atol=3e-3)
    np.testing.assert_allclose(after.spread, before.spread, atol=1e-2)


def test_frames_without_the_face_do_not_count() -> None:
    landmarks = speaking(60)
    gaps = np.insert(landmarks, [0, 30, 60], np.nan, axis=0)
    whole, pieced = speaker_of(landmarks), speaker_of(gaps)
    for name in ("mean", "spread", "closed"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieced, name))


@pytest.mark.parametrize("count", [0, 5])
def test_nobody_is_no_speaker(count: int) -> None:
    with pytest.raises(NoFace):
        speaker_of(np.full((count, 68, 2), np.nan, np.float32))
