"""Sound played along a course, held against what is known of it: tones, clicks, samples."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.retime.sound.course import Course
from liptune.core.retime.sound.splices import Splicer, crossfaded, likenesses
from liptune.core.retime.sound.window import SampleWindow

RATE = 16_000
SECONDS = 4.0
SAMPLES = NDArray[Any]


def played(sound: SAMPLES, course: Course, begin: float = 0.0) -> tuple[SAMPLES, Splicer]:
    blocks = (sound[at : at + 4000] for at in range(0, len(sound), 4000))
    splicer = Splicer(course, SampleWindow(blocks, sound.shape[1], sound.dtype, RATE), RATE, begin)
    return np.concatenate(list(splicer.blocks())), splicer


def steady(rate: float) -> Course:
    return Course(np.array([0.0, SECONDS * (1 + rate)]), np.array([0.0, SECONDS]))


def noise(channels: int = 1) -> SAMPLES:
    return np.random.default_rng(7).normal(0, 0.1, (round(SECONDS * RATE), channels))


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_a_course_without_a_change_gives_the_very_samples(dtype: type) -> None:
    sound: NDArray[Any] = (noise(2) * (2**30 if dtype is np.int32 else 1)).astype(dtype)
    result, splicer = played(sound, steady(0.0))
    np.testing.assert_array_equal(result, sound)
    assert result.dtype == dtype
    assert splicer.splices == []


@pytest.mark.parametrize("rate", [-0.04, -0.004, 0.001, 0.0427])
def test_its_length_is_that_of_the_course_to_the_sample(rate: float) -> None:
    result, _ = played(noise(), steady(rate))
    assert abs(len(result) - SECONDS * (1 + rate) * RATE) <= 1


@pytest.mark.parametrize("rate", [-0.04, 0.0427])
def test_a_tone_keeps_its_pitch_and_has_no_clicks(rate: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 220 * np.arange(round(SECONDS * RATE)) / RATE)[:, None]
    result, splicer = played(tone, steady(rate))
    assert splicer.splices
    middle = result[RATE // 2 : -RATE // 2, 0]
    power = np.square(np.abs(np.fft.rfft(middle * np.blackman(len(middle)))))
    frequencies = np.fft.rfftfreq(len(middle), 1 / RATE)
    near = np.abs(frequencies - 220) < 3
    assert frequencies[power.argmax()] == pytest.approx(220, abs=0.5)
    assert 10 * np.log10(power[~near].sum() / power[near].sum()) < -40
    # A click would be a jump between neighbours that the tone itself never makes.
    assert np.abs(np.diff(middle)).max() < 1.1 * np.abs(np.diff(tone[:, 0])).max()


@pytest.mark.parametrize("rate", [-0.04, 0.004, 0.0427])
def test_events_come_when_the_course_says(rate: float) -> None:
    sound = 0.001 * noise()
    at = np.arange(0.25, SECONDS, 0.25)
    sound[np.rint(at * RATE).astype(int)] = 0.9
    result, _ = played(sound, steady(rate))
    for moment in at * (1 + rate):
        around = round(moment * RATE)
        window = np.abs(result[max(0, around - RATE // 20) : around + RATE // 20, 0])
        assert abs(int(window.argmax()) - min(around, RATE // 20)) / RATE < 0.013


def test_a_course_that_wanders_is_followed() -> None:
    output = np.arange(0, SECONDS, 0.04)
    course = Course(output, np.clip(output + 0.06 * np.sin(2 * np.pi * output / 2), 0, SECONDS))
    _, splicer = played(noise(), course)
    lags = {splice.at + splice.fade: splice.lag for splice in splicer.splices}
    for at, lag in lags.items():
        assert lag / RATE == pytest.approx(float(course.lag(np.array([at / RATE]))[0]), abs=0.008)


def test_a_cut_leaves_out_what_it_says_and_all_else_is_copied() -> None:
    sound = noise(2)
    course = Course(np.array([0.0, 1.0, 1.0, 3.5]), np.array([0.0, 1.0, 1.5, 4.0]))
    result, splicer = played(sound, course)
    (splice,) = splicer.splices
    assert len(result) == round(3.5 * RATE)
    assert splice.lag / RATE == pytest.approx(0.5, abs=0.004)
    np.testing.assert_array_equal(result[: splice.at], sound[: splice.at])
    end = splice.at + splice.fade
    after = sound[end + splice.lag :][: len(result) - end]
    np.testing.assert_array_equal(result[end : end + len(after)], after)


def test_channels_are_joined_at_the_same_places() -> None:
    one = noise()
    result, splicer = played(np.hstack([one, -0.5 * one, one]), steady(0.03))
    assert splicer.splices
    np.testing.assert_allclose(result[:, 1], -0.5 * result[:, 0])
    np.testing.assert_allclose(result[:, 2], result[:, 0])


def test_sound_that_begins_before_its_course_or_after_it_is_placed() -> None:
    sound = np.ones((RATE, 1))
    late, _ = played(sound, Course(np.array([-0.5, 1.0]), np.array([-0.5, 1.0])).from_zero(), begin=0.25)
    assert late[: RATE // 4].max() == 0
    assert late[RATE // 4 :].min() == 1


def test_likeness_is_the_normalised_correlation() -> None:
    near, now = np.random.default_rng(1).normal(size=60), np.random.default_rng(2).normal(size=20)
    brute = [
        np.dot(now, near[at : at + 20]) / np.linalg.norm(now) / np.linalg.norm(near[at : at + 20])
        for at in range(41)
    ]
    np.testing.assert_allclose(likenesses(now, near), brute, atol=1e-6)


@pytest.mark.parametrize("alike", [0.0, 1.0])
def test_a_fade_keeps_the_loudness(alike: float) -> None:
    generator = np.random.default_rng(3)
    old = generator.normal(size=(400, 2000))
    new = old if alike else generator.normal(size=(400, 2000))
    faded = crossfaded(old, new, alike)
    np.testing.assert_allclose(np.square(faded).mean(axis=1), 1.0, atol=0.15)
