"""What is told of clips whose clock is known: far offsets, stretches, drift, and what has no clock."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from liptune.core.options import MeasureOptions
from liptune.core.report.headline import headline
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import ClipScore, score_clip
from liptune.core.sync.timeline.types import Timeline
from liptune.core.sync.types import Verdict
from tests.core.sync.analyses import analysis
from tests.core.sync.synthetic import Pair, noise, unit
from tests.core.sync.timeline.clips import Seconds, heard

CALIBRATION = uncalibrated(normalised=True)


def scored(made: Pair, *others: Pair, cuts: Sequence[int] = (), **options: Any) -> ClipScore:
    faces = [(0, each.video) for each in (made, *others)]
    clip = analysis(faces, made.audio, len(made.video), cuts)
    return score_clip(clip, MeasureOptions(**options), CALIBRATION)


def timeline(made: Pair, **options: Any) -> Timeline:
    return scored(made, **options).timeline


def late_between(begin: float, end: float, late: float) -> Pair:
    """Of 24 seconds, the picture's ``begin`` … ``end`` are heard so much later."""

    def picture_of(sound: Seconds) -> Seconds:
        return np.where((sound >= begin + late) & (sound < end + late), sound - late, sound)

    return heard(24, picture_of, signal=1.0)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seconds", [-4.0, -1.5, -0.8, 0.8, 1.5, 4.0])
def test_a_far_offset_is_found(seconds: float) -> None:
    found = timeline(heard(12, lambda sound: sound + seconds))
    (stretch,) = found.evident
    assert stretch.offset_ms == pytest.approx(1000 * seconds, abs=20)
    assert found.verdict is Verdict.OUT_OF_SYNC
    assert len(found.stretches) == 1


def test_what_lies_beyond_the_search_is_not_called_out_of_sync() -> None:
    made = heard(16, lambda sound: sound - 3.0)
    found = timeline(made, max_offset_seconds=2.0)
    assert found.verdict is Verdict.NO_EVIDENCE
    assert headline(found).endswith("It was looked for up to 2.0 s either way.")
    assert timeline(made, max_offset_seconds=4.0).verdict is Verdict.OUT_OF_SYNC


def test_a_search_goes_no_further_than_the_clip() -> None:
    found = timeline(heard(6, lambda sound: sound), max_offset_seconds=60)
    assert max(map(abs, found.searched_ms)) < 6000
    assert found.verdict is Verdict.IN_SYNC


def test_a_late_stretch_in_a_clip_in_sync_is_found_with_its_times() -> None:
    found = timeline(late_between(7.0, 13.0, 0.2))
    before, late, after = found.stretches
    assert late.start_seconds == pytest.approx(7.0, abs=0.5)
    assert late.end_seconds == pytest.approx(13.0, abs=0.5)
    assert late.offset_ms == pytest.approx(-200, abs=20)
    assert before.offset_ms == pytest.approx(0, abs=20)
    assert after.offset_ms == pytest.approx(0, abs=20)
    assert found.verdict is Verdict.OUT_OF_SYNC
    assert found.share_out_of_sync == pytest.approx(6 / 24, abs=0.04)
    assert found.worst is not None
    assert found.worst.offset_ms == late.offset_ms
    assert headline(found).startswith("In sync, but from 0:0")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("rate", [-0.04, -0.004, 0.004, 0.04])
def test_a_drift_is_one_stretch_with_a_rate(rate: float) -> None:
    found = timeline(heard(40, lambda sound: sound * (1 + rate)))
    (stretch,) = found.evident
    assert stretch.rate == pytest.approx(rate, abs=0.0005)
    assert stretch.offset_ms == pytest.approx(0, abs=40)
    assert headline(found).startswith("The sound drifts: ")


def test_a_stretch_of_other_speech_says_nothing() -> None:
    found = timeline(heard(24, lambda sound: np.where((sound > 8) & (sound < 15), np.nan, sound), signal=1.0))
    assert [each.verdict for each in found.stretches] == [
        Verdict.IN_SYNC,
        Verdict.NO_EVIDENCE,
        Verdict.IN_SYNC,
    ]
    silent = found.stretches[1]
    assert silent.start_seconds == pytest.approx(8, abs=0.6)
    assert silent.end_seconds == pytest.approx(15, abs=0.6)
    assert silent.offset_ms is None
    assert silent.ci95 is None
    assert "Nothing can be told from 0:" in headline(found)


def test_a_stretch_that_begins_and_ends_with_a_shot_is_told_to_the_frame() -> None:
    found = scored(late_between(7.04, 13.12, 0.2), cuts=[40, 176, 328]).timeline
    assert [each.start_seconds for each in found.stretches] == [0.0, 7.04, 13.12]
    assert [each.offset_ms for each in found.stretches] == pytest.approx([0, -200, 0], abs=20)


@pytest.mark.slow
def test_clips_in_sync_stay_one_stretch() -> None:
    whole = [timeline(heard(20, lambda sound: sound, signal=0.5, seed=seed)) for seed in range(25)]
    assert sum(len(each.stretches) > 1 for each in whole) <= 1
    assert all(each.verdict is Verdict.IN_SYNC for each in whole)


def test_unrelated_speech_stays_without_evidence() -> None:
    clips = [heard(8, lambda sound: np.full_like(sound, np.nan), seed=seed) for seed in range(20)]
    assert sum(timeline(each).verdict is not Verdict.NO_EVIDENCE for each in clips) <= 1


def test_people_who_speak_in_turn_have_a_timeline_each() -> None:
    first, second = heard(12, lambda sound: sound, seed=1), heard(12, lambda sound: sound + 0.24, seed=2)
    rng = np.random.default_rng(3)
    still = [unit(noise(rng, 300, 64, 2.0)) for _ in range(2)]
    one = np.concatenate([first.video, still[0]])
    other = np.concatenate([still[1], second.video])
    sound = np.concatenate([first.audio, second.audio])
    clip = scored(Pair(one, sound), Pair(other, sound))
    spoken = []
    for face in clip.faces:
        assert face.timeline is not None
        (said,) = face.timeline.evident
        spoken.append((said.start_seconds, said.end_seconds, said.offset_ms))
    assert spoken[0] == pytest.approx((0.0, 12.0, 0.0), abs=20)
    assert spoken[0][1] == pytest.approx(12, abs=1)
    assert spoken[1][0] == pytest.approx(12, abs=1)
    assert spoken[1][2] == pytest.approx(240, abs=20)
    told = clip.timeline.evident
    assert [each.offset_ms for each in told] == pytest.approx([0, 240], abs=20)


def test_sound_shorter_or_longer_than_the_picture() -> None:
    made = heard(20, lambda sound: sound - 0.2)
    short = scored(Pair(made.video, made.audio[:250])).timeline
    (stretch,) = short.evident
    assert stretch.offset_ms == pytest.approx(-200, abs=20)
    assert short.stretches[-1].end_seconds == pytest.approx(20)
    long = scored(Pair(made.video[:250], made.audio)).timeline
    assert long.evident[0].offset_ms == pytest.approx(-200, abs=20)
    assert long.stretches[-1].end_seconds == pytest.approx(10)
