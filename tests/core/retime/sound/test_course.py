import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.retime.sound.course import Course


def course(*pairs: tuple[float, float]) -> Course:
    output, source = np.array(pairs, np.float64).T
    return Course(output, source)


def test_a_cut_leaves_out_and_a_repeat_goes_back() -> None:
    made = course((0, 0), (3, 3), (3, 3.2), (5, 5.2), (5, 5.0), (8, 8.0))
    assert made.cuts.tolist() == [3, 5]
    np.testing.assert_allclose(made.lag(np.array([1.0, 2.999, 3.0, 4.9, 5.0, 7.0])), [0, 0, 0.2, 0.2, 0, 0])
    assert made.seconds == 8


@given(rate=st.floats(-0.06, 0.06), offset=st.floats(-2, 2), at=st.floats(0, 10))
def test_a_steady_course_is_a_straight_line(rate: float, offset: float, at: float) -> None:
    made = course((0, offset), (10, offset + 10 * (1 + rate)))
    assert float(made.lag(np.array([at]))[0]) == pytest.approx(offset + at * rate, abs=1e-9)
    source = offset + at * (1 + rate)
    assert made.output_at(source) == pytest.approx(at, abs=1e-6)


def test_beyond_its_end_a_course_goes_on() -> None:
    made = course((0, 0), (4, 4.1))
    assert made.output_at(6.1) == pytest.approx(6)
    assert made.lag(np.array([9.0])).tolist() == [pytest.approx(0.1)]


def test_from_zero_cuts_what_is_before_and_fills_what_is_missing() -> None:
    early = course((-0.5, 0), (9.5, 10)).from_zero()
    assert (early.output[0], early.source[0]) == (0, pytest.approx(0.5))
    late = course((0.5, 0), (10.5, 10)).from_zero()
    assert (late.output[0], late.source[0]) == (0, pytest.approx(-0.5))
    for made in (early, late):
        assert (np.diff(made.output) >= 0).all()
