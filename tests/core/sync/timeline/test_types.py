import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Verdict
from liptune.core.sync.verdict import EARLY_LIMIT_MS, LATE_LIMIT_MS

IN, OUT, NONE = Verdict.IN_SYNC, Verdict.OUT_OF_SYNC, Verdict.NO_EVIDENCE


def stretch(
    start: float, end: float, offset: float | None, rate: float = 0.0, verdict: Verdict = IN
) -> Stretch:
    return Stretch(start, end, offset, rate, None, 9.0, 4.0, verdict)


@given(
    offset=st.floats(-3000, 3000), rate=st.floats(-0.06, 0.06), at=st.floats(0, 100), start=st.floats(0, 10)
)
def test_picture_and_sound_times_are_inverse(offset: float, rate: float, at: float, start: float) -> None:
    made = stretch(start, start + 100, offset, rate)
    assert made.picture_seconds(made.sound_seconds(at)) == pytest.approx(at, abs=1e-6)


def test_a_slow_sound_falls_behind_by_its_rate() -> None:
    """Sound 0.4 % slow: what the picture shows at 56 s is heard 56 / 0.996 s after the start."""
    slow = stretch(0, 56, 0.0, -0.004)
    assert slow.sound_seconds(56.0) == pytest.approx(56 / 0.996)
    assert slow.end_offset_ms == pytest.approx(-1000 * (56 / 0.996 - 56))


@given(offset=st.floats(-500, 500), rate=st.floats(-0.05, 0.05))
def test_the_time_out_of_sync_is_what_counting_finds(offset: float, rate: float) -> None:
    made = stretch(3.0, 23.0, offset, rate)
    moments = np.linspace(3.0, 23.0, 20001)
    offsets = np.asarray(made.offset_ms_at(moments))
    counted = 20.0 * float(((offsets > EARLY_LIMIT_MS) | (offsets < LATE_LIMIT_MS)).mean())
    assert made.seconds_out_of_sync == pytest.approx(counted, abs=0.01)


def test_a_timeline_is_in_sync_where_every_stretch_with_evidence_is() -> None:
    search = (-5000.0, 5000.0)
    assert Timeline((stretch(0, 4, 0), stretch(4, 8, None, verdict=NONE)), search).verdict is IN
    wrong = Timeline((stretch(0, 60, 0), stretch(60, 66, -300, verdict=OUT)), search)
    assert wrong.verdict is OUT
    assert wrong.share_out_of_sync == pytest.approx(0.1 / 1.1)
    assert wrong.worst is not None
    assert (wrong.worst.start_seconds, wrong.worst.offset_ms) == (60, -300)
    nothing = Timeline.without_evidence(9.0)
    assert (nothing.verdict, nothing.worst, nothing.share_out_of_sync, nothing.main) == (
        NONE,
        None,
        None,
        None,
    )
