from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.profile import profile
from liptune.core.sync.score import Face, Scored, score_faces
from liptune.core.sync.types import Verdict
from tests.core.sync.synthetic import Floats, Pair, noise, pair, unit

CALIBRATION = uncalibrated(normalised=True)


def _score(video: Floats, audio: Floats, *others: Floats) -> Scored:
    faces = [Face(0, rows) for rows in (video, *others)]
    scored = score_faces(faces, audio, len(video), CALIBRATION)
    assert scored is not None
    return scored


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), offset=st.integers(-6, 6), shift=st.integers(-6, 6))
def test_shifting_the_audio_moves_the_offset_and_nothing_else(seed: int, offset: int, shift: int) -> None:
    """Within ±12: nearer to the band's end a shift has neighbours on one side only, and leans to it."""
    made = pair(400, signal=0.7, offset=offset, seed=seed)
    before = _score(made.video, made.audio).score
    moved = np.full_like(made.audio, np.nan)
    if shift >= 0:
        moved[: 400 - shift] = made.audio[shift:]
    else:
        moved[-shift:] = made.audio[:shift]
    after = _score(made.video, moved).score
    assert before.offset_frames == pytest.approx(offset, abs=0.3)
    assert after.offset_frames - before.offset_frames == pytest.approx(shift, abs=0.05)
    assert after.lse_d == pytest.approx(before.lse_d, abs=0.01)
    assert after.lse_c == pytest.approx(before.lse_c, abs=0.02)
    assert before.verdict is not Verdict.NO_EVIDENCE
    assert after.verdict is not Verdict.NO_EVIDENCE


@settings(max_examples=10, deadline=None)
@given(shift=st.integers(-6, 6), seed=st.integers(0, 100))
def test_where_no_end_is_lost_only_the_offset_moves(shift: int, seed: int) -> None:
    made = pair(400, signal=0.5, seed=seed)
    middle = np.full_like(made.video, np.nan)
    middle[40:360] = made.video[40:360]
    circular = Pair(middle, np.roll(made.audio, -shift, axis=0))
    first, second = _score(middle, made.audio), _score(circular.video, circular.audio)
    before, after = profile(first.band.values), profile(second.band.values)
    same = slice(max(shift, 0), 31 + min(shift, 0))
    moved = slice(max(-shift, 0), 31 + min(-shift, 0))
    np.testing.assert_allclose(after.distances[moved], before.distances[same], rtol=1e-6)
    difference = second.score.offset_frames - first.score.offset_frames
    assert difference == pytest.approx(shift, abs=0.02)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("frames", [5, 25, 50, 75, 150, 400])
def test_noise_is_never_evidence(frames: int) -> None:
    rng = np.random.default_rng(frames)
    for _ in range(25):
        video, audio = (unit(rng.standard_normal((frames, 32))) for _ in range(2))
        assert _score(video, audio).score.verdict is Verdict.NO_EVIDENCE


def test_choosing_among_faces_is_part_of_chance() -> None:
    passed = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows = [unit(noise(rng, 120, 24, 1.0)) for _ in range(4)]
        passed += _score(*rows).score.verdict is not Verdict.NO_EVIDENCE
    assert passed <= 1


def test_two_runs_agree_to_the_bit() -> None:
    made = pair(300, signal=0.5, offset=2)
    first, second = _score(made.video, made.audio), _score(made.video.copy(), made.audio.copy())
    assert first.score == second.score
    np.testing.assert_array_equal(first.band.values, second.band.values)


def test_interval_holds_the_offset_and_narrows_with_length() -> None:
    widths = []
    for frames in (75, 1200):
        made = pair(frames, signal=0.35, offset=3, memory=4.0)
        low, high = _score(made.video, made.audio).score.ci95
        assert low - 20 <= 120 <= high + 20
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_windows_are_the_frames_with_face_and_sound() -> None:
    made = pair(200, signal=0.7)
    made.video[50:100] = np.nan
    score = _score(made.video, made.audio[:180]).score
    assert score.windows == 200 - 50 - 5
    assert score.seconds_scored == pytest.approx(score.windows / 25)


def test_sync_acc_tells_a_clip_in_sync_from_one_that_is_not() -> None:
    made = pair(400, signal=2.0)
    late = pair(400, signal=2.0, offset=8)
    good, bad = _score(made.video, made.audio).score, _score(late.video, late.audio).score
    assert good.sync_acc > 0.9
    assert bad.sync_acc < 0.6


@pytest.mark.parametrize("frames", [1, 2, 3, 8])
def test_a_few_frames_are_scored_but_prove_nothing(frames: int) -> None:
    made = pair(frames, signal=3.0)
    score = _score(made.video, made.audio).score
    assert score.windows == frames
    assert score.verdict is Verdict.NO_EVIDENCE


def test_nothing_to_pair_is_no_score() -> None:
    made = pair(50, signal=1.0)
    blind = np.full_like(made.video, np.nan)
    assert score_faces([], made.audio, 50, CALIBRATION) is None
    assert score_faces([Face(0, blind)], made.audio, 50, CALIBRATION) is None
    assert score_faces([Face(0, made.video)], made.audio[:0], 50, CALIBRATION) is None


def test_engines_without_a_common_length_are_scored_too() -> None:
    made = pair(200, signal=0.7, offset=-4)
    plain = replace(CALIBRATION, sync_acc_distance=None)
    scored = score_faces([Face(0, 9 * made.video)], 9 * made.audio, 200, plain)
    assert scored is not None
    assert scored.score.offset_frames == pytest.approx(-4, abs=0.3)
    assert 0 <= scored.score.sync_acc <= 1
