import numpy as np
import pytest

from liptune.core.sync.timeline.costs import Costs
from liptune.core.sync.timeline.courses import Found, courses_of, noise_of, rate_of, slopes_of
from liptune.core.sync.timeline.lags import Lags, Pair
from tests.core.sync.timeline.clips import Seconds, heard

COSTS = Costs()


def found(seconds: float, picture_of: object, reach: int = 60) -> Found:
    made = heard(seconds, picture_of, signal=1.0)  # type: ignore[arg-type]
    pair = Pair(lambda a, b: made.video[a:b], 0, len(made.video), made.audio, 1.3)
    return courses_of(pair, reach, COSTS)


@pytest.mark.parametrize("rate", [-0.06, -0.001, 0.0, 0.04])
def test_rate_and_slope_are_two_names_of_one_thing(rate: float) -> None:
    (slope,) = slopes_of(np.array([rate]))
    assert rate_of(slope) == pytest.approx(rate)


def test_courses_follow_each_other_without_a_gap() -> None:
    def picture_of(sound: Seconds) -> Seconds:
        return np.where(sound < 10, sound, np.where(sound < 18, sound + 0.4, sound - 1.0))

    made = found(28, picture_of)
    assert made.courses[0].begin == 0
    assert made.courses[-1].end == 700
    assert [a.end for a in made.courses[:-1]] == [b.begin for b in made.courses[1:]]
    assert [each.lag for each in made.courses] == pytest.approx([0, -10, 25], abs=1)


def test_a_sound_that_runs_away_is_followed_beyond_the_search() -> None:
    """0.05 of a minute: three seconds away at its end, where the search goes 1.2 s."""
    made = found(60, lambda sound: sound * 1.05, reach=30)
    (course,) = made.courses
    assert rate_of(course.slope) == pytest.approx(0.05, abs=0.0005)
    assert course.lags()[-1] == pytest.approx(-1500 * 0.05 / 1.05, abs=1.5)


def test_what_was_searched_is_told() -> None:
    made = found(20, lambda sound: sound, reach=60)
    assert made.searched == (-60, 60)
    assert made.searched_ms == (-2400, 2400)
    assert made.choices == (31, 90)


def test_noise_is_that_of_most_lags_and_of_usual_clips() -> None:
    rng = np.random.default_rng(0)
    relief = rng.normal(0, np.sqrt(5 * 0.2), (400, 601)).astype(np.float32)
    relief[:, 300] += 3
    lags = Lags(relief, np.full(relief.shape, 5, np.float32), 5)
    assert noise_of(lags, 0.2) == pytest.approx(0.2, rel=0.1)
    drawn = noise_of(lags, 0.05)
    assert 0.05 < drawn < 0.2
