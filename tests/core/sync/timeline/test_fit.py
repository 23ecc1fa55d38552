import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liptune.core.sync.timeline.fit import fitted
from liptune.core.sync.timeline.lags import Lags
from liptune.core.sync.timeline.segments import Segment

BLOCK, BLOCKS, REACH = 5, 200, 60


def ridge(lag: float, slope: float) -> Lags:
    """Relief that is greatest along a line, and nothing elsewhere."""
    middles = lag + slope * BLOCK * np.arange(BLOCKS)
    columns = np.arange(-REACH, REACH + 1)
    relief = np.exp(-((columns - middles[:, None]) ** 2) / 8).astype(np.float32)
    return Lags(relief, np.full(relief.shape, BLOCK, np.float32), BLOCK)


@settings(max_examples=30, deadline=None)
@given(
    lag=st.floats(-20, 20),
    slope=st.floats(-0.02, 0.02),
    off=st.floats(-1, 1),
    turned=st.floats(-0.008, 0.008),
)
def test_a_line_near_the_true_one_becomes_it(lag: float, slope: float, off: float, turned: float) -> None:
    lags = ridge(lag, slope)
    middle = BLOCKS * BLOCK / 2
    found = fitted(lags, Segment(0, BLOCKS, lag + off - turned * middle, slope + turned))
    assert found.lag is not None
    assert found.slope == pytest.approx(slope, abs=0.5 / middle)
    assert found.lag_at(BLOCKS / 2, BLOCK) == pytest.approx(lag + slope * middle, abs=0.5)
