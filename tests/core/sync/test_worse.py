"""Which copies measure worse than their source."""

from dataclasses import replace

import pytest

from liptune.core.sync.types import Null, SyncScore, Verdict, Worst
from liptune.core.sync.worse import worsened

LATE = SyncScore(
    offset_frames=-6.0,
    offset_ms=-240.0,
    distance_at_zero=1.36,
    lse_d=1.1,
    lse_c=0.3,
    sync_acc=0.4,
    confidence=8.0,
    ci95=(-255.0, -225.0),
    null=Null(1.0, 2.0, 10),
    verdict=Verdict.OUT_OF_SYNC,
    windows=500,
    seconds_scored=20.0,
    worst=None,
    share_out_of_sync=0.0,
)
GOOD = replace(LATE, offset_ms=4.0, ci95=(-10.0, 18.0), distance_at_zero=1.1, verdict=Verdict.IN_SYNC)


def off(offset: float, distance: float = 1.36, verdict: Verdict = Verdict.OUT_OF_SYNC) -> SyncScore:
    return replace(
        LATE, offset_ms=offset, ci95=(offset - 15, offset + 15), distance_at_zero=distance, verdict=verdict
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (GOOD, off(-240.0)),
        (LATE, off(-480.0)),
        (LATE, off(400.0)),
        (GOOD, replace(GOOD, distance_at_zero=1.38, verdict=Verdict.NO_EVIDENCE)),
    ],
)
def test_a_copy_that_is_further_off_is_worse(before: SyncScore, after: SyncScore) -> None:
    reason = worsened(before, after)
    assert reason is not None
    assert before.verdict.value in reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LATE, GOOD),
        (GOOD, GOOD),
        (LATE, off(-200.0)),
        (LATE, off(-250.0)),
        (GOOD, replace(GOOD, distance_at_zero=1.12)),
        (replace(LATE, verdict=Verdict.NO_EVIDENCE), GOOD),
        (replace(LATE, verdict=Verdict.NO_EVIDENCE), off(-130.0, 1.2)),
        (
            replace(GOOD, distance_at_zero=1.38),
            replace(GOOD, distance_at_zero=1.39, verdict=Verdict.NO_EVIDENCE),
        ),
    ],
)
def test_noise_and_repairs_are_not(before: SyncScore, after: SyncScore) -> None:
    assert worsened(before, after) is None


@pytest.mark.parametrize(("before", "after", "told"), [(0, 300, True), (300, 0, False), (40, 60, False)])
def test_a_copy_is_worse_where_one_stretch_is(before: float, after: float, told: bool) -> None:
    """Though most of the clip is in sync as it was."""
    was, now = (replace(GOOD, worst=Worst(7.0, 12.9, late)) for late in (before, after))
    reason = worsened(was, replace(now, verdict=Verdict.OUT_OF_SYNC))
    assert (reason is not None) is told
    assert not told or "from 7.0 to 12.9 s of the copy the sound is 300 ms early" in str(reason)
