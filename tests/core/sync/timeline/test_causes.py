import pytest

from liptune.core.sync.timeline.causes import conversion, known_cause, named_rate
from liptune.core.sync.timeline.types import Stretch
from liptune.core.sync.types import Verdict


@pytest.mark.parametrize(
    ("made", "played", "said"),
    [
        ("24", "25", "24 → 25"),
        ("25", "24", "25 → 24"),
        ("23.976", "25", "23.976 → 25"),
        ("24", "23.976", "24 → 23.976 or 30 → 29.97"),
        ("23.976", "24", "23.976 → 24 or 29.97 → 30"),
    ],
)
def test_a_conversion_is_known_by_its_rate(made: str, played: str, said: str) -> None:
    assert conversion(named_rate(made, played), 5e-5) == said


def test_a_picture_that_runs_faster_leaves_the_sound_slow() -> None:
    """24 frames shown in 24/25 of a second: the sound, at its true speed, is 4 % slow beside them."""
    assert named_rate("24", "25") == pytest.approx(-0.04)


def test_a_rate_between_two_conversions_is_not_named() -> None:
    """24 → 25 and 23.976 → 25 are 0.1 % apart: an error of as much cannot tell them apart."""
    between = (named_rate("24", "25") + named_rate("23.976", "25")) / 2
    assert conversion(between, 4e-4) is None
    assert conversion(-0.004, 1e-4) is None


def test_a_short_stretch_is_too_unsure_for_a_cause() -> None:
    def drift(seconds: float) -> Stretch:
        rate = named_rate("24", "23.976")
        return Stretch(0, seconds, 0.0, rate, (-20.0, 20.0), 9.0, 4.0, Verdict.OUT_OF_SYNC)

    assert known_cause(drift(600)) == "24 → 23.976 or 30 → 29.97"
    assert known_cause(drift(20)) is None
