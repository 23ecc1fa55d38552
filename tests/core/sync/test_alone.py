import numpy as np
import pytest

from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import ClipScore, score_clip
from tests.core.sync.analyses import analysis
from tests.core.sync.synthetic import noise, pair
from tests.memory import most_memory

CALIBRATION = uncalibrated(normalised=True)
SHOT = 125
"""Frames of a face, five seconds."""


def film(shots: int, signal: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    made = pair(SHOT * shots, signal=signal, offset=3)
    return made.video, made.audio


def scored(video: np.ndarray, audio: np.ndarray) -> ClipScore:
    """A film in which each shot shows another face."""
    shots = range(0, len(video), SHOT)
    made = analysis([(at, video[at : at + SHOT]) for at in shots], audio, len(video), cuts=shots[1:])
    return score_clip(made, MeasureOptions(), CALIBRATION)


def needed(shots: int) -> int:
    video, audio = film(shots)
    return most_memory(lambda: scored(video, audio))


def test_a_face_late_in_a_film_is_told_of_on_the_films_clock() -> None:
    last = scored(*film(12)).faces[-1]
    assert last.score is not None
    assert last.timeline is not None
    assert last.score.offset_frames == pytest.approx(3, abs=0.3)
    (stretch,) = last.timeline.stretches
    assert (stretch.start_seconds, stretch.end_seconds) == (55.0, 60.0)
    assert all(55 <= each.seconds <= 60 for each in last.moments)
    assert last.moments


def test_a_face_does_not_hear_the_other_end_of_the_film() -> None:
    video, audio = film(12)
    other = audio.copy()
    other[:700] = noise(np.random.default_rng(8), 700, audio.shape[1], 2.0)
    assert scored(video, audio).faces[-1].score == scored(video, other).faces[-1].score


@pytest.mark.slow
def test_memory_grows_with_a_film_and_not_with_its_square() -> None:
    scored(*film(4))
    assert needed(48) < 2.5 * needed(24)
