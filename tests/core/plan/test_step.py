"""Changes of the offset that the measurement is not sure of."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.plan.calibration import Gates
from liptune.core.plan.clip import Clip
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.plan import Plan, Request, plan
from liptune.core.plan.step import StepFit, fit_step
from liptune.core.plan.types import Line, RetimeMode
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Verdict
from tests.core.plan.synthetic import noise_engine, speech

REQUEST = Request(PathPrior(), 0.4)
FRAMES = np.arange(300, dtype=np.float64)
CHANGE = 140
SURE_MS = 40.0


def changing(frames: float) -> NDArray[np.float64]:
    """What is shown where the sound comes by so many frames earlier from a moment on."""
    return FRAMES + np.where(FRAMES >= CHANGE, frames, 0.0)


def one_offset(shown: NDArray[np.float64], seed: int, offset_ms: float = SURE_MS) -> Clip:
    """A clip that the measurement is sure of one offset in."""
    video, audio = speech(shown, seed)
    stretch = Stretch(0.0, 12.0, offset_ms, 0.0, (offset_ms - 20, offset_ms + 20), 9.0, 4.0, Verdict.IN_SYNC)
    return Clip(video, audio, np.empty(0, np.int64), Timeline((stretch,), (-600.0, 600.0)))


def fitted(clip: Clip, line: Line | None = None) -> StepFit:
    fit = fit_step(clip, line or Line(), REQUEST.scale)
    assert fit is not None
    return fit


@pytest.mark.parametrize("frames", [-8.0, 6.0, 10.0])
def test_a_change_is_found_where_it_is_and_as_large(frames: float) -> None:
    fit = fitted(one_offset(changing(frames), 1))
    first, second = fit.clock.pieces
    assert fit.pays(Gates())
    assert first.line.offset_frames == pytest.approx(0, abs=0.5)
    assert second.line.offset_frames == pytest.approx(-frames, abs=0.5)
    assert first.end_seconds == pytest.approx(CHANGE / 25, abs=0.4)


def test_a_change_is_looked_for_beside_the_offset_that_is_known() -> None:
    fit = fitted(one_offset(changing(6.0) - 20, 1), Line(20.0))
    assert [piece.line.offset_frames for piece in fit.clock.pieces] == pytest.approx([20, 14], abs=0.5)


@pytest.mark.parametrize("seed", range(4))
def test_a_constant_offset_does_not_change(seed: int) -> None:
    assert not fitted(one_offset(FRAMES + 1.0, seed)).pays(Gates())


@pytest.mark.parametrize("seed", range(4))
def test_unrelated_sound_changes_by_chance_alone(seed: int) -> None:
    video, audio = noise_engine(300, seed)
    clip = replace(one_offset(FRAMES, seed), video=video, audio=audio)
    assert fitted(clip).gain.chance > 0.01


def test_a_clip_too_short_for_two_offsets_has_one() -> None:
    clip = one_offset(FRAMES[:90], 1)
    assert fit_step(clip, Line(), REQUEST.scale) is None


def test_chance_is_not_asked_where_a_change_does_not_pay() -> None:
    fit = fitted(one_offset(FRAMES, 1))
    assert not fit.pays(Gates())
    assert "gain" not in vars(fit)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("frames", [-9.0, 5.0])
def test_a_change_that_the_measurement_misses_is_no_path(frames: float, seed: int) -> None:
    found = planned(changing(frames), seed)
    assert found.mode is RetimeMode.STEPS
    shown = found.clock.source(FRAMES)
    moved = np.interp(shown, FRAMES, changing(frames))
    assert np.mean(np.abs(moved - FRAMES) < 1) > 0.9


def test_nothing_is_moved_where_nothing_shows_that_the_sound_belongs() -> None:
    """Of unrelated sound, too, some gains much by a change: that alone is no evidence."""
    unsure = replace(one_offset(changing(9.0), 1), timeline=Timeline.without_evidence(12.0))
    assert plan(unsure, REQUEST).mode is not RetimeMode.STEPS


@pytest.mark.parametrize("seed", range(6))
def test_unrelated_speech_is_never_moved_in_steps(seed: int) -> None:
    video, _ = speech(FRAMES, seed)
    _, audio = speech(FRAMES, seed + 100)
    found = plan(
        replace(one_offset(FRAMES, seed), video=video, audio=audio, timeline=Timeline.without_evidence(12.0)),
        REQUEST,
    )
    assert found.mode is RetimeMode.NONE


def test_a_drift_that_the_measurement_misses_is_no_path() -> None:
    found = planned((FRAMES - 150) * 1.03 + 150, 1)
    assert found.mode is RetimeMode.DRIFT
    assert found.line.rate == pytest.approx(1 / 1.03 - 1, abs=0.005)


def test_a_change_is_not_looked_for_where_only_paths_may_be() -> None:
    modes = frozenset({RetimeMode.OFFSET, RetimeMode.LOCAL})
    assert planned(changing(5.0), 1, replace(REQUEST, modes=modes)).mode is not RetimeMode.STEPS


def planned(shown: NDArray[np.float64], seed: int, request: Request = REQUEST) -> Plan:
    return plan(one_offset(shown, seed), request)
