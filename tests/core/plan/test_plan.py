from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.plan.calibration import Gates
from liptune.core.plan.clip import Clip
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.plan import Plan, Request, plan
from liptune.core.plan.types import RetimeMode
from liptune.core.sync.band import Floats
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.score import Face, score_faces
from liptune.core.sync.timeline.types import Timeline
from tests.core.plan.synthetic import noise_engine, speech

NO_CUTS = np.empty(0, np.int64)
REQUEST = Request(PathPrior(), scale=0.5)
FRAMES = np.arange(200, dtype=np.float64)


def planned(shown: NDArray[np.float64], seed: int = 0, request: Request = REQUEST) -> Plan:
    return plan(scored(*speech(shown, seed)), request)


def scored(video: Floats, audio: Floats) -> Clip:
    """The clip as the service would see it, scored first."""
    found = score_faces([Face(0, video)], audio, len(video), Calibration())
    seconds = len(video) / 25
    return Clip(video, audio, NO_CUTS, found.timeline if found else Timeline.without_evidence(seconds))


def residual_frames(found: Plan, shown: NDArray[np.float64]) -> NDArray[np.float64]:
    """The moment that the repaired picture shows, less the one that is heard."""
    clock = np.arange(len(shown), dtype=np.float64)
    source = clock if found.warp is None else found.warp.source_at(clock / 25) * 25
    inside = (source >= 0) & (source <= len(shown) - 1)
    return np.asarray((np.interp(source, clock, shown) - clock)[inside])


@pytest.mark.parametrize("seed", range(3))
def test_a_clip_in_sync_is_left_untouched(seed: int) -> None:
    found = planned(FRAMES, seed)
    assert found.mode is RetimeMode.NONE
    assert found.warp is None
    assert "agree" in found.reason


@pytest.mark.parametrize("seed", range(5))
def test_a_noise_engine_never_moves_anything(seed: int) -> None:
    found = plan(scored(*noise_engine(150, seed)), REQUEST)
    assert found.mode is RetimeMode.NONE
    assert found.warp is None
    assert "No evidence" in found.reason


def test_unrelated_speech_moves_nothing() -> None:
    video, _ = speech(FRAMES, 1)
    _, audio = speech(FRAMES, 2)
    assert plan(scored(video, audio), REQUEST).warp is None


@pytest.mark.parametrize("offset", [-9.0, -2.5, 3.0, 11.0])
def test_early_sound_moves_the_picture_forward_by_as_much(offset: float) -> None:
    # Sound that is early by `offset` is heard while the picture still shows what was said before.
    found = planned(FRAMES - offset, seed=3)
    assert found.mode is RetimeMode.OFFSET
    assert found.line.offset_frames == pytest.approx(offset, abs=0.5)
    assert ("early" if offset > 0 else "late") in found.reason


@pytest.mark.parametrize(("made", "played"), [(24, 25), (25, 24)])
def test_a_pulldown_is_found_and_named(made: int, played: int) -> None:
    clock = np.arange(1200, dtype=np.float64)
    found = planned(clock * played / made + 2.0, seed=4)
    assert found.mode is RetimeMode.DRIFT
    assert found.line.rate == pytest.approx(made / played - 1, abs=5e-4)
    assert found.pulldown == f"{made} → {played}"
    assert np.abs(residual_frames(found, clock * played / made + 2.0)).mean() < 0.5


def test_a_drift_is_followed_beyond_the_band() -> None:
    clock = np.arange(4000, dtype=np.float64)
    shown = clock * 1.012 - 4.0
    found = planned(shown, seed=5)
    assert found.mode is RetimeMode.DRIFT
    assert np.abs(residual_frames(found, shown)).max() < 1.0


def test_a_wandering_picture_is_followed() -> None:
    shown = FRAMES + 2.5 * np.sin(2 * np.pi * FRAMES / 100)
    found = planned(shown, seed=6, request=REQUEST)
    assert found.mode is RetimeMode.LOCAL
    assert np.abs(residual_frames(found, shown)).mean() < 0.6 * np.abs(shown - FRAMES).mean()


def test_what_wanders_about_an_offset_keeps_the_offset() -> None:
    shown = FRAMES - 6 + 2.5 * np.sin(2 * np.pi * FRAMES / 100)
    found = planned(shown, seed=6)
    assert found.mode is RetimeMode.LOCAL
    assert found.line.offset_frames == pytest.approx(6, abs=2.5)
    assert np.abs(residual_frames(found, shown)).mean() < 1.0


def test_only_a_part_of_a_path_is_trusted() -> None:
    shown = FRAMES + 2.5 * np.sin(2 * np.pi * FRAMES / 100)
    whole = replace(REQUEST, gates=replace(Gates(), trust=1.0))
    half = replace(REQUEST, gates=replace(Gates(), trust=0.5))
    np.testing.assert_allclose(
        planned(shown, 6, half).displacements, 0.5 * planned(shown, 6, whole).displacements
    )


def test_an_adaptive_band_keeps_a_path_close_in_fast_speech_only() -> None:
    shown = FRAMES + 2.5 * np.sin(2 * np.pi * FRAMES / 100)
    fast = -20 + 6 * np.cos(2 * np.pi * 7 * FRAMES / 25)
    clip = scored(*speech(shown, 6))
    adaptive = replace(REQUEST, adaptive=True)

    def swing(loudness: NDArray[np.float64], request: Request) -> float:
        return float(np.abs(plan(replace(clip, loudness=loudness), request).displacements).mean())

    assert swing(fast, adaptive) < swing(fast, REQUEST)
    assert swing(np.full(200, -100.0), adaptive) == swing(fast, REQUEST)


def test_modes_that_are_not_asked_for_are_not_used() -> None:
    only_offset = Request(PathPrior(), 0.5, frozenset({RetimeMode.OFFSET}))
    shown = FRAMES + 2.5 * np.sin(2 * np.pi * FRAMES / 100)
    assert planned(shown, 6, only_offset).mode in {RetimeMode.NONE, RetimeMode.OFFSET}


def test_frames_without_a_face_are_no_evidence_and_break_nothing() -> None:
    video, audio = speech(FRAMES - 3.0, 7)
    video[60:90] = np.nan
    found = plan(scored(video, audio), REQUEST)
    assert found.line.offset_frames == pytest.approx(3.0, abs=0.5)


def test_a_clip_of_nothing_but_gaps_is_left_untouched() -> None:
    video, audio = speech(FRAMES, 8)
    found = plan(scored(np.full_like(video, np.nan), audio), REQUEST)
    assert found.warp is None


def test_two_runs_agree_to_the_bit() -> None:
    shown = FRAMES + 2.5 * np.sin(2 * np.pi * FRAMES / 100)
    first, second = planned(shown, 6), planned(shown, 6)
    np.testing.assert_array_equal(first.displacements, second.displacements)
    assert first.gains == second.gains


def test_an_empty_clip_is_refused() -> None:
    with pytest.raises(ValueError, match="without frames"):
        plan(Clip(np.empty((0, 4)), np.empty((0, 4)), NO_CUTS, Timeline.without_evidence(0.0)), REQUEST)


@pytest.mark.parametrize("late", [-10, 5, 8])
@pytest.mark.parametrize("seed", range(3))
def test_a_stretch_further_off_than_a_path_goes_is_moved_as_a_whole(late: int, seed: int) -> None:
    clock = np.arange(500, dtype=np.float64)
    shown = np.where((clock >= 175) & (clock < 325), clock + late, clock)
    found = planned(shown, seed)
    assert found.mode is RetimeMode.STEPS
    assert [piece.end_seconds for piece in found.clock.pieces] == pytest.approx([7, 13, 20], abs=0.6)
    middle = found.clock.pieces[1].line
    assert middle.offset_frames == pytest.approx(-late, abs=0.5)
    residual = residual_frames(found, shown)
    assert np.mean(np.abs(residual) < 1) > 0.93
