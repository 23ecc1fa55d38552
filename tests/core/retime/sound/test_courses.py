import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.retime.sound.courses import FADE_ROOM_SECONDS, Route, route_of
from liptune.core.retime.sound.pauses import Levels

SECONDS = 20.0
FRAMES = np.arange(25 * SECONDS)


def planned(mode: RetimeMode, clock: Clock, warp: TimeWarp | None = None) -> Plan:
    warp = warp or TimeWarp(FRAMES / 25, clock.source(FRAMES) / 25)
    return Plan(mode, "because", clock, warp, 0 * FRAMES, 1 + 0 * FRAMES, {})


def stepped(frames: float, begin: float = 7.0, end: float = 13.0) -> Plan:
    """The picture's ``begin`` … ``end`` belong to sound that is so many frames early."""
    pieces = (
        ClockPiece(0, begin, Line()),
        ClockPiece(begin, end, Line(frames)),
        ClockPiece(end, SECONDS, Line()),
    )
    return planned(RetimeMode.STEPS, Clock(pieces))


def levels(*pauses: tuple[float, float]) -> Levels:
    dbfs = np.full(round(SECONDS * 100), -15.0)
    for begin, end in pauses:
        dbfs[round(begin * 100) : round(end * 100)] = -60.0
    return Levels(dbfs)


def lag(route: Route, *seconds: float) -> list[float]:
    return [float(each) for each in route.course.lag(np.array(seconds))]


@given(offset=st.floats(-50, 50), rate=st.floats(-0.06, 0.06))
def test_a_drift_is_played_so_that_each_moment_meets_its_picture(offset: float, rate: float) -> None:
    clock = Clock((ClockPiece(0, SECONDS, Line(offset, rate)),))
    course = route_of(planned(RetimeMode.DRIFT, clock), 0.0, SECONDS, None).course
    heard = np.array([0.0, SECONDS])
    np.testing.assert_allclose(course.output, heard * (1 + rate) + offset / 25, atol=1e-9)
    np.testing.assert_allclose(course.source, heard, atol=1e-9)


@pytest.mark.parametrize("frames", [-5.0, 5.0])
def test_steps_are_made_in_pauses_and_hold_between(frames: float) -> None:
    pauses = levels((0.0, 0.5), (6.9, 7.3), (12.8, 13.3))
    route = route_of(stepped(frames), 0.0, SECONDS, pauses)
    assert [step.in_pause for step in route.steps] == [True, True]
    assert lag(route, 1.0, 6.0) == pytest.approx([0, 0], abs=1e-9)
    assert lag(route, 8.0, 12.0) == pytest.approx([-frames / 25] * 2, abs=1e-9)
    assert lag(route, 14.0, 19.0) == pytest.approx([0, 0], abs=1e-9)
    assert [step.left_out_seconds for step in route.steps] == pytest.approx([-frames / 25, frames / 25])
    for at in route.course.cuts:
        quiet = pauses.dbfs[[round(100 * (at + around)) for around in (-FADE_ROOM_SECONDS, 0.0)]]
        assert (quiet < -50).any()


def test_without_a_pause_a_step_is_spread() -> None:
    route = route_of(stepped(5.0), 0.0, SECONDS, levels((0.0, 0.5)))
    assert [step.in_pause for step in route.steps] == [False, False]
    assert len(route.course.cuts) == 0
    assert lag(route, 6.0, 10.0, 14.5) == pytest.approx([0, -0.2, 0], abs=1e-9)
    speeds = np.diff(route.course.source) / np.diff(route.course.output)
    assert speeds.min() > 0.7
    assert speeds.max() < 1.3


@settings(max_examples=60)
@given(
    frames=st.floats(-10, 10).filter(lambda size: abs(size) > 2),
    begin=st.floats(4, 8),
    end=st.floats(11, 16),
    pause=st.floats(0.0, 19.0),
)
def test_no_sound_is_lost_but_at_steps(frames: float, begin: float, end: float, pause: float) -> None:
    route = route_of(stepped(frames, begin, end), -0.5, SECONDS + 2, levels((pause, pause + 0.4)))
    course = route.course
    assert (course.source[0], course.source[-1]) == (-0.5, SECONDS + 2)
    assert (np.diff(course.output) >= 0).all()
    middle = (begin + end) / 2
    assert lag(route, middle) == pytest.approx([-frames / 25], abs=1e-9)
    assert lag(route, 0.5, SECONDS) == pytest.approx([0, 0], abs=1e-9)


def test_a_local_path_is_followed_within_its_smoothing() -> None:
    moved = 2.0 * np.sin(FRAMES / 40)
    warp = TimeWarp(FRAMES / 25, (FRAMES + moved) / 25)
    still = Clock((ClockPiece(0, SECONDS, Line()),))
    route = route_of(planned(RetimeMode.LOCAL, still, warp), 0.0, SECONDS, None)
    output = np.linspace(0.5, SECONDS - 0.5, 200)
    heard = output + route.course.lag(output)
    np.testing.assert_allclose(np.interp(heard, FRAMES / 25, (FRAMES + moved) / 25), output, atol=0.004)
    assert (np.diff(route.course.source) >= 0).all()


def test_what_cannot_be_played_is_refused() -> None:
    still = Clock((ClockPiece(0, SECONDS, Line()),))
    nothing = Plan(RetimeMode.NONE, "", still, None, 0 * FRAMES, 0 * FRAMES, {})
    with pytest.raises(ValueError, match="no route"):
        route_of(nothing, 0.0, SECONDS, None)
    with pytest.raises(ValueError, match="quiet"):
        route_of(stepped(5.0), 0.0, SECONDS, None)
