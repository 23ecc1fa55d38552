import numpy as np

from liptune.core.plan.clip import Clip
from liptune.core.plan.types import TimeWarp
from liptune.core.sync.timeline.types import Timeline
from liptune.core.warp.gain import gains
from tests.core.plan.synthetic import speech

FRAMES = 200
CLOCK = np.arange(FRAMES, dtype=np.float64)


def test_the_true_warp_gains_and_its_opposite_loses() -> None:
    video, audio = speech(CLOCK - 3, seed=1, noise=0.3)
    clip = Clip(video, audio, np.empty(0, np.int64), Timeline.without_evidence(8.0))
    right = gains(clip, TimeWarp(CLOCK / 25, (CLOCK + 3) / 25))
    wrong = gains(clip, TimeWarp(CLOCK / 25, (CLOCK - 3) / 25))
    assert (right[20:-20] > 0).all()
    assert (wrong[20:-20] < 0).mean() > 0.8


def test_nothing_is_gained_where_nothing_is_known() -> None:
    video, audio = speech(CLOCK - 3, seed=1)
    video[50:120] = np.nan
    clip = Clip(video, audio[:180], np.empty(0, np.int64), Timeline.without_evidence(8.0))
    found = gains(clip, TimeWarp(CLOCK / 25, (CLOCK + 3) / 25))
    assert found.shape == (FRAMES,)
    assert np.isfinite(found).all()
    assert (found[65:100] == 0).all()
    still = gains(clip, TimeWarp(CLOCK / 25, CLOCK / 25))
    assert (still == 0).all()
