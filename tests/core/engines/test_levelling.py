"""Speech is brought to one level, whatever the file's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liptune.core.engines.levelling import LOUD_DBFS, MOST_GAIN, levelled
from liptune.core.engines.registry import load_engine
from liptune.core.media.types import SAMPLE_RATE

Samples = NDArray[np.float32]


def speech(seconds: float, seed: int = 0) -> Samples:
    """Noise in syllables, a fifth of a second each."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(seed).standard_normal(len(at))
    return (0.1 * noise * np.abs(np.sin(np.pi * at / 0.2))).astype(np.float32)


def raised(samples: Samples) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *levelled([samples])])


def decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.square(samples.astype(np.float64)).mean()))


@pytest.mark.parametrize("gain", [0.03, 0.3, 3.0])
def test_a_louder_or_quieter_file_is_the_same(gain: float) -> None:
    samples = speech(9.3)
    np.testing.assert_allclose(raised(gain * samples), raised(samples), rtol=1e-4, atol=1e-6)


def test_speech_of_the_usual_level_stays_as_it_is() -> None:
    samples = speech(4.0)
    runs = np.square(raised(samples)).reshape(-1, SAMPLE_RATE // 40).mean(axis=1)
    level = 10 * np.log10(np.quantile(runs, 0.95))
    assert level == pytest.approx(LOUD_DBFS, abs=1.0)


def test_whoever_is_quieter_for_a_while_is_brought_up() -> None:
    samples = speech(40.0)
    samples[20 * SAMPLE_RATE :] *= 0.03
    after = raised(samples)
    halves = [decibels(part) for part in (after[: 14 * SAMPLE_RATE], after[26 * SAMPLE_RATE :])]
    assert halves[1] == pytest.approx(halves[0], abs=1.0)


def test_a_pause_is_not_brought_up_to_speech() -> None:
    samples = speech(9.0)
    samples[4 * SAMPLE_RATE : 7 * SAMPLE_RATE] *= 1e-3
    before, after = (each[5 * SAMPLE_RATE : 6 * SAMPLE_RATE] for each in (samples, raised(samples)))
    gain = decibels(raised(samples)[:SAMPLE_RATE]) - decibels(samples[:SAMPLE_RATE])
    assert decibels(after) - decibels(before) == pytest.approx(gain, abs=1.0)


def test_what_is_nearly_silent_is_raised_by_so_much_and_no_more() -> None:
    samples = (1e-5 * speech(3.0)).astype(np.float32)
    assert decibels(raised(samples)) - decibels(samples) == pytest.approx(MOST_GAIN, abs=0.01)
    assert not raised(np.zeros(40_000, np.float32)).any()


@settings(max_examples=25, deadline=None)
@given(length=st.integers(0, 160_000), data=st.data())
def test_chunks_make_no_difference(length: int, data: st.DataObject) -> None:
    samples = speech(10.0)[:length]
    cuts = sorted(data.draw(st.lists(st.integers(0, length), max_size=5)))
    chunked = np.concatenate([np.zeros(0, np.float32), *levelled(np.split(samples, cuts))])
    assert len(chunked) == length
    assert np.array_equal(chunked, raised(samples))


@pytest.mark.parametrize("engine", ["lite", "judge"])
def test_embeddings_do_not_depend_on_the_level(engine: str) -> None:
    samples = speech(5.0)
    loud, quiet = (load_engine(engine).embed_audio([gain * samples]) for gain in (1.0, 0.02))
    assert (loud * quiet).sum(axis=1).min() > 0.999
