import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.articulation.mouth import opening
from liptune.core.articulation.speaker import speaker_of
from liptune.core.articulation.spoken import spoken
from liptune.core.articulation.types import POINTS
from liptune.core.articulation.weights import WEIGHTS
from tests.core.articulation.faces import speaking
from tests.core.articulation.test_pitch import voice
from tests.memory import most_memory

SPEAKER = speaker_of(speaking(100))
RANDOM = np.random.default_rng(2)


def speech(seconds: int) -> NDArray[np.float32]:
    """Syllables of a humming voice of changing pitch and colour, and a hiss."""
    parts = []
    for at in range(2 * seconds):
        loud = np.interp(np.arange(8000) / 8000, [0, 0.2, 0.7, 1], [0.01, 1, 0.6, 0.01])
        hiss = RANDOM.normal(0, 0.02 + 0.1 * (at % 3 == 1), 8000)
        parts.append(0.2 * loud * (voice(100 + 20 * (at % 4))[:8000] + hiss))
    return np.concatenate(parts).astype(np.float32)


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 1), (640, 1), (641, 2), (16_000, 25)])
def test_as_many_frames_as_the_sound_has(samples: int, frames: int) -> None:
    made = spoken(speech(1)[:samples], SPEAKER)
    assert made.points.shape == (frames, len(POINTS), 2)
    assert made.points.dtype == np.float32
    assert made.speaking.shape == (frames,)
    assert {len(curve) for curve in vars(made.prosody).values()} == {frames}


@pytest.mark.parametrize("level", [0.0, 1e-5])
def test_silence_rests_at_the_closed_mouth(level: float) -> None:
    made = spoken(np.float32(level) * RANDOM.normal(size=32_000).astype(np.float32), SPEAKER)
    np.testing.assert_allclose(made.points, np.broadcast_to(SPEAKER.closed, made.points.shape), atol=1e-6)
    assert not made.speaking.any()


def test_pauses_rest_and_speech_moves() -> None:
    made = spoken(np.concatenate([speech(2), np.zeros(16_000, np.float32), speech(2)]), SPEAKER)
    gaps = opening(made.points)
    np.testing.assert_allclose(gaps[52:74], opening(SPEAKER.closed), atol=1e-6)
    assert gaps[:50].std() > 0.005
    assert made.speaking[:49].all()


def test_loudness_does_not_matter() -> None:
    said = speech(3)
    quiet = spoken(0.1 * said, SPEAKER)
    np.testing.assert_allclose(quiet.points, spoken(said, SPEAKER).points, atol=2e-3)


def test_expression_is_how_far_prosody_moves_the_face() -> None:
    said = speech(3)
    flat, quarter, half, full = (spoken(said, SPEAKER, each) for each in (0.0, 0.25, 0.5, 1.0))
    moves = [np.abs(each.points - flat.points).mean() for each in (quarter, half, full)]
    assert 0 < moves[0] < moves[1] < moves[2]
    np.testing.assert_array_equal(half.points, spoken(said, SPEAKER).points)


def test_what_is_no_number_is_silence() -> None:
    said = speech(2)
    holes, broken = said.copy(), said.copy()
    holes[5000:9000], broken[5000:9000] = 0, np.nan
    broken[20_000], holes[20_000] = np.inf, 0
    np.testing.assert_array_equal(spoken(broken, SPEAKER).points, spoken(holes, SPEAKER).points)


def needed(samples: NDArray[np.float32]) -> int:
    return most_memory(lambda: spoken(samples, SPEAKER))


@pytest.mark.slow
def test_an_hour_would_need_little_more_than_its_samples() -> None:
    minute = np.tile(speech(10), 6)
    spoken(minute, SPEAKER)  # the weights are read once, and are not the hour's
    grown = needed(np.tile(minute, 2)) - needed(minute)
    assert grown < 3 * minute.nbytes


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size <= 4_000_000
