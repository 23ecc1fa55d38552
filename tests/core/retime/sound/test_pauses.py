import numpy as np
import pytest

from liptune.core.media.decibels import SILENCE_DBFS
from liptune.core.media.types import SAMPLE_RATE
from liptune.core.retime.sound.pauses import Levels, levels_of

LOUD, QUIET = -15.0, -50.0


def speech(seconds: float, *pauses: tuple[float, float]) -> Levels:
    dbfs = np.full(round(seconds * 100), LOUD)
    for begin, end in pauses:
        dbfs[round(begin * 100) : round(end * 100)] = QUIET
    return Levels(dbfs)


def test_loudness_is_the_root_of_the_mean_square() -> None:
    """A sine of amplitude a has a² / 2; whatever the size of the blocks."""
    sine = (0.5 * np.sin(2 * np.pi * 400 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32)
    chunks = np.split(sine, [7, 1000, 9999])
    levels = levels_of(iter([*chunks, np.zeros(SAMPLE_RATE // 2, np.float32)]))
    np.testing.assert_allclose(levels.dbfs[:100], 10 * np.log10(0.125), atol=0.05)
    assert (levels.dbfs[101:] == SILENCE_DBFS).all()
    assert len(levels.dbfs) == 150


def test_a_step_is_made_in_the_nearest_pause() -> None:
    levels = speech(10, (2.0, 2.4), (5.2, 5.5), (8.0, 9.0))
    pause = levels.quietest(5.0, 0.1)
    assert pause.quiet
    assert 5.2 <= pause.begin < pause.end <= 5.5 + 1e-9
    whole = levels.around(pause)
    assert [whole.begin, whole.end] == pytest.approx([5.2, 5.5])


def test_speech_without_a_pause_has_no_quiet_place() -> None:
    assert not speech(10, (0.0, 2.0)).quietest(6.0, 0.1).quiet


def test_an_even_sound_has_no_pause() -> None:
    assert not speech(10).quietest(5.0, 0.1).quiet


def test_a_pause_is_taken_to_half_a_second() -> None:
    levels = speech(10, (2.0, 8.0))
    whole = levels.around(levels.quietest(5.0, 0.1))
    assert whole.end - whole.begin == pytest.approx(0.5)


def test_beyond_the_sound_it_is_quiet() -> None:
    assert speech(4, (1.0, 1.5)).quietest(30.0, 0.1).quiet


def test_sound_that_begins_later_is_counted_from_there() -> None:
    levels = Levels(speech(10, (2.0, 2.4)).dbfs, begin_seconds=3.0)
    assert levels.quietest(5.2, 0.1).begin == pytest.approx(5.15, abs=0.16)
