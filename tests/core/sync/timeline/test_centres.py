import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.sync.timeline.centres import centres_of, straightened
from liptune.core.sync.timeline.courses import Course


def test_near_courses_leave_the_band_where_it_is() -> None:
    courses = (Course(0, 50, 9.0), Course(50, 80), Course(80, 200, -11.0))
    assert not centres_of(courses, 200).any()


@given(lag=st.floats(-300, 300), slope=st.floats(-0.06, 0.06))
def test_a_band_follows_its_course(lag: float, slope: float) -> None:
    course = Course(10, 210, lag, slope)
    centres = centres_of([course], 250)
    assert not centres[:10].any()
    assert not centres[210:].any()
    if centres.any():
        assert np.abs(centres[10:210] - course.lags()).max() <= 4
    else:
        assert np.abs(course.lags()).max() <= 11


@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_straightened_rows_have_the_course_in_the_middle(slope: float) -> None:
    """Of values that are the lag that they stand for."""
    course = Course(0, 100, 40.0, slope)
    centres = centres_of([course], 100)
    values = (centres[:, None] + np.arange(-15, 16)).astype(np.float32)
    straight = straightened(values, centres, course.lags())
    np.testing.assert_array_equal(straight[:, 15], np.rint(course.lags()))
    inside = np.isfinite(straight)
    rows = np.rint(course.lags())[:, None] + np.arange(-15, 16)
    np.testing.assert_array_equal(straight[inside], rows[inside])
    assert inside.mean() > 0.8
