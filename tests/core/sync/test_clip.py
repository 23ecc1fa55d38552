import numpy as np
import pytest

from liptune.core.errors import InvalidOption, NoFace
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import ClipScore, score_clip
from liptune.core.sync.types import Verdict
from tests.core.sync.analyses import analysis
from tests.core.sync.synthetic import noise, pair, unit

CALIBRATION = uncalibrated(normalised=True)
SPOKEN = pair(300, signal=0.7, offset=3)


def _score(made: object, **options: object) -> ClipScore:
    return score_clip(made, MeasureOptions.model_validate(options), CALIBRATION)  # type: ignore[arg-type]


def test_a_clip_with_cuts_scores_as_one() -> None:
    whole = _score(analysis([(0, SPOKEN.video)], SPOKEN.audio, 300))
    pieces = [(at, SPOKEN.video[at : at + 20]) for at in range(0, 300, 20)]
    cut = _score(analysis(pieces, SPOKEN.audio, 300, cuts=range(20, 300, 20)))
    assert cut.speaker.score.offset_frames == pytest.approx(whole.speaker.score.offset_frames, abs=1e-4)
    assert cut.speaker.score.windows == 300
    assert cut.speaker.score.verdict is Verdict.OUT_OF_SYNC
    assert len(cut.faces) == 15
    assert all(face.score is None for face in cut.faces)


def test_each_face_has_its_own_score_and_the_speaker_is_on_top() -> None:
    silent = unit(noise(np.random.default_rng(5), 300, 64, 2.0))
    clip = _score(analysis([(0, silent), (0, SPOKEN.video)], SPOKEN.audio, 300))
    verdicts = [face.score and face.score.verdict for face in clip.faces]
    assert verdicts == [Verdict.NO_EVIDENCE, Verdict.OUT_OF_SYNC]
    assert clip.speaker.score.offset_ms == pytest.approx(120, abs=10)
    assert (clip.speaker.speaker == 1).mean() > 0.95
    assert {moment.track for moment in clip.moments} == {1}


def test_one_face_can_be_asked_for() -> None:
    silent = unit(noise(np.random.default_rng(5), 300, 64, 2.0))
    made = analysis([(0, silent), (0, SPOKEN.video)], SPOKEN.audio, 300)
    assert _score(made, face=0).speaker.score.verdict is Verdict.NO_EVIDENCE
    assert _score(made, face=1).speaker.score.verdict is Verdict.OUT_OF_SYNC
    assert [face.track.index for face in _score(made, face=1).faces] == [1]
    with pytest.raises(InvalidOption, match="no face 7; the clip has 0, 1"):
        _score(made, face=7)


def test_start_and_end_restrict_what_is_scored() -> None:
    late = pair(300, signal=0.7, offset=-6)
    video = np.concatenate([SPOKEN.video, late.video])
    made = analysis([(0, video)], np.concatenate([SPOKEN.audio, late.audio]), 600)
    first, second = _score(made, end=12.0), _score(made, start=12.0)
    assert first.speaker.score.offset_frames == pytest.approx(3, abs=0.3)
    assert second.speaker.score.offset_frames == pytest.approx(-6, abs=0.3)
    assert first.speaker.score.windows == second.speaker.score.windows == 300
    assert all(moment.seconds <= 12 for moment in first.moments)
    with pytest.raises(InvalidOption, match="start"):
        _score(made, start=24.0)


def test_moments_follow_an_offset_that_changes() -> None:
    late = pair(300, signal=0.7, offset=-6)
    video = np.concatenate([SPOKEN.video, late.video])
    clip = _score(analysis([(0, video)], np.concatenate([SPOKEN.audio, late.audio]), 600))
    before = [moment.offset_frames for moment in clip.moments if moment.seconds < 10]
    after = [moment.offset_frames for moment in clip.moments if moment.seconds > 14]
    assert np.median(before) == pytest.approx(3, abs=0.5)
    assert np.median(after) == pytest.approx(-6, abs=0.5)
    assert clip.moments[0].verdict is Verdict.OUT_OF_SYNC


def test_moments_of_noise_have_no_evidence() -> None:
    clips_with_evidence = 0
    for seed in range(12):
        rows = pair(400, signal=0, seed=seed)
        clip = _score(analysis([(0, rows.video)], rows.audio, 400))
        clips_with_evidence += {moment.verdict for moment in clip.moments} != {Verdict.NO_EVIDENCE}
    assert clips_with_evidence <= 2


def test_a_clip_without_faces_says_what_was_seen() -> None:
    with pytest.raises(NoFace) as caught:
        _score(analysis([], SPOKEN.audio, 300))
    assert caught.value.details["frames"] == 300
    assert caught.value.details["frames_with_face"] == 0


def test_a_face_that_cannot_be_read_is_no_face() -> None:
    with pytest.raises(NoFace) as caught:
        _score(analysis([(0, np.full_like(SPOKEN.video, np.nan))], SPOKEN.audio, 300))
    assert caught.value.details["frames_with_face"] == 300
    assert caught.value.details["frames_embedded"] == 0
