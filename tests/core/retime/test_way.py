import pytest

from liptune.core.options import RetimeOptions
from liptune.core.plan.types import RetimeMode
from liptune.core.retime.way import Change, way_of

SOUND, PICTURE = Change.SOUND, Change.PICTURE


@pytest.mark.parametrize("move", ["auto", "sound", "picture"])
def test_nothing_and_a_constant_offset_draw_and_encode_nothing(move: str) -> None:
    options = RetimeOptions.model_validate({"move": move})
    assert way_of(RetimeMode.NONE, options, may_repace=True).change is Change.NOTHING
    assert way_of(RetimeMode.OFFSET, options, may_repace=True).change is Change.SOUND_PLACE


@pytest.mark.parametrize("mode", [RetimeMode.DRIFT, RetimeMode.STEPS, RetimeMode.LOCAL])
@pytest.mark.parametrize(
    ("move", "interpolate", "change"),
    [
        ("auto", "none", SOUND),
        ("sound", "none", SOUND),
        ("picture", "none", PICTURE),
        ("auto", "flow", PICTURE),
        ("picture", "flow", PICTURE),
    ],
)
def test_the_way_loses_least_of_those_allowed(
    mode: RetimeMode, move: str, interpolate: str, change: Change
) -> None:
    options = RetimeOptions.model_validate({"move": move, "interpolate": interpolate})
    way = way_of(mode, options, may_repace=False)
    assert way.change is change
    assert way.why.endswith(".")


def test_a_picture_that_drifts_is_shown_at_other_times_where_that_can_be_said() -> None:
    options = RetimeOptions(move="picture")
    assert way_of(RetimeMode.DRIFT, options, may_repace=True).change is Change.PICTURE_TIMES
    assert way_of(RetimeMode.LOCAL, options, may_repace=True).change is PICTURE
    drawn = RetimeOptions(move="picture", interpolate="flow")
    assert way_of(RetimeMode.DRIFT, drawn, may_repace=True).change is PICTURE
    assert way_of(RetimeMode.DRIFT, RetimeOptions(), may_repace=True).change is SOUND
