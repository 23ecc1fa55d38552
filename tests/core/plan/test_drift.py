"""Drifts too short for the measurement to tell, which somebody asks for by name."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.plan.calibration import Gates
from liptune.core.plan.clip import Clip
from liptune.core.plan.drift import fit_drift
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.plan import Plan, Request, plan
from liptune.core.plan.types import RetimeMode
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Verdict
from tests.core.plan.synthetic import noise_engine, speech

NAMED = Request(PathPrior(), 0.5, frozenset({RetimeMode.OFFSET, RetimeMode.DRIFT}))
FRAMES = np.arange(150, dtype=np.float64)


def measured_in_sync(shown: NDArray[np.float64], seed: int) -> Clip:
    """A clip that the measurement finds one small offset in."""
    video, audio = speech(shown, seed)
    seconds = len(shown) / 25
    stretch = Stretch(0.0, seconds, -40.0, 0.0, (-60.0, -20.0), 9.0, 4.0, Verdict.IN_SYNC)
    return Clip(video, audio, np.empty(0, np.int64), Timeline((stretch,), (-600.0, 600.0)))


@pytest.mark.parametrize("rate", [0.03, -0.03, 0.05])
def test_the_drift_of_a_few_seconds_is_found_and_its_ends_are_in_place(rate: float) -> None:
    clip = measured_in_sync(FRAMES * (1 + rate) + 1.0, 1)
    fit = fit_drift(clip, NAMED.scale)
    shown = fit.line.source(FRAMES) * (1 + rate) + 1.0
    assert fit.pays(Gates())
    assert np.abs(shown - FRAMES).max() < 1.0


@pytest.mark.parametrize("seed", range(4))
def test_a_constant_offset_is_not_taken_for_a_drift(seed: int) -> None:
    assert not fit_drift(measured_in_sync(FRAMES + 1.0, seed), NAMED.scale).pays(Gates())


@pytest.mark.parametrize("seed", range(4))
def test_unrelated_sound_drifts_by_chance_alone(seed: int) -> None:
    video, audio = noise_engine(150, seed)
    clip = replace(measured_in_sync(FRAMES, seed), video=video, audio=audio)
    assert fit_drift(clip, NAMED.scale).gain.chance > 0.01


def test_a_drift_that_is_named_is_planned_and_told() -> None:
    found = _planned(FRAMES * 1.03 + 1.0, NAMED)
    assert found.mode is RetimeMode.DRIFT
    assert found.line.rate == pytest.approx(1 / 1.03 - 1, abs=0.01)
    assert found.gains[RetimeMode.DRIFT].chance < 0.05
    assert found.pulldown is None


def test_where_none_is_evident_the_offset_is_planned() -> None:
    found = _planned(FRAMES + 1.0, NAMED)
    assert found.mode is not RetimeMode.DRIFT
    assert not found.line.rate


def test_nobody_looks_for_a_drift_where_only_an_offset_may_be_repaired() -> None:
    found = _planned(FRAMES * 1.03 + 1.0, replace(NAMED, modes=frozenset({RetimeMode.OFFSET})))
    assert not found.line.rate
    assert not found.gains


def test_a_clip_of_one_frame_drifts_by_nothing() -> None:
    clip = measured_in_sync(np.zeros(1), 0)
    assert fit_drift(clip, NAMED.scale).line.rate == 0


def _planned(shown: NDArray[np.float64], request: Request) -> Plan:
    return plan(measured_in_sync(shown, 1), request)
