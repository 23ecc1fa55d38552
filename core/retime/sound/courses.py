"""The course of moved sound that carries out a plan, its steps made in pauses."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.retime.sound.course import Course
from liptune.core.retime.sound.pauses import NEAR_SECONDS, PAUSE_SECONDS, Levels

FADE_ROOM_SECONDS = 0.02
"""Of a pause, kept beside a cut for its fade."""
SPREAD = 4.0
"""Where there is no pause, a step is spread over so many times its length: a quarter faster or slower."""
SMOOTH_SECONDS = 0.2
"""A local path moves by whole quarters of frames; the sound follows their mean over so long."""


@dataclass(frozen=True)
class Step:
    """A change of clock, carried out: at ``seconds`` of the picture, so much is left out (negative: added) in
    ``source`` seconds of sound. ``in_pause``: by a cut in a pause; else by a stretch around it.
    """

    seconds: float
    left_out_seconds: float
    in_pause: bool


@dataclass(frozen=True)
class Route:
    """Where the sound goes: its course, and what was done about each step of the clock."""

    course: Course
    steps: tuple[Step, ...] = ()


def route_of(plan: Plan, begin: float, end: float, levels: Levels | None) -> Route:
    """The route of sound that lasts from ``begin`` to ``end``, seconds after the picture's start.

    All of it is heard, also what comes before the picture or outlasts it. ``levels``: of the sound that was
    measured, wanted by a plan in steps.

    Raises:
        ValueError: The plan moves nothing, or has steps and there are no levels.
    """
    if plan.warp is None:
        raise ValueError("a plan that moves nothing has no route")
    if plan.mode is RetimeMode.LOCAL:
        return Route(_along_path(plan.warp, begin, end))
    if plan.mode is RetimeMode.STEPS:
        if levels is None:
            raise ValueError("steps are made where the sound is quiet")
        return _in_steps(plan.clock, begin, end, levels)
    source = np.array([begin, end])
    return Route(Course(_picture(plan.line, source), source))


def _along_path(warp: TimeWarp, begin: float, end: float) -> Course:
    """A warp says which picture belongs to a moment of the sound; a course is that the other way round."""
    first, last = float(warp.source_seconds[0]), float(warp.source_seconds[-1])
    output = np.arange(first, last, 1 / ANALYSIS_FPS)
    lag = _smooth(np.interp(output, warp.source_seconds, warp.output_seconds) - output)
    source = np.maximum.accumulate(output + lag)
    output = np.concatenate([[begin - lag[0]], output, [end - lag[-1]]])
    source = np.concatenate([[begin], source, [end]])
    inside = (source >= begin) & (source <= end) & (output >= output[0]) & (output <= output[-1])
    return Course(output[inside], source[inside])


def _smooth(lag: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each fifth of a second."""
    side = round(SMOOTH_SECONDS * ANALYSIS_FPS) // 2
    kernel = np.ones(2 * side + 1) / (2 * side + 1)
    return np.convolve(np.pad(lag, side, mode="edge"), kernel, "valid")


def _in_steps(clock: Clock, begin: float, end: float, levels: Levels) -> Route:
    first, last = clock.pieces[0], clock.pieces[-1]
    pairs = [(float(_picture(first.line, np.array(begin))), begin)]
    steps = []
    for before, after in pairwise(clock.pieces):
        made, step = _step(before, after, levels)
        pairs += [pair for pair in made if pair[0] >= pairs[-1][0]]
        steps.append(step)
    pairs.append((float(_picture(last.line, np.array(end))), end))
    output, source = np.array(pairs).T
    return Route(Course(np.maximum.accumulate(output), source), tuple(steps))


def _step(before: ClockPiece, after: ClockPiece, levels: Levels) -> tuple[list[tuple[float, float]], Step]:
    """The pairs of times around the boundary of two pieces, and what they do."""
    at = np.array(before.end_seconds)
    old, new = float(_sound(before.line, at)), float(_sound(after.line, at))
    left_out, middle = new - old, (old + new) / 2
    pause = levels.quietest(middle, max(left_out, 0.0) + PAUSE_SECONDS)
    reach = min(NEAR_SECONDS, *((piece.end_seconds - piece.start_seconds) / 2 for piece in (before, after)))
    if not pause.quiet or abs((pause.begin + pause.end) / 2 - middle) > reach:
        return _spread(before, after, left_out, reach), Step(float(at), left_out, in_pause=False)
    if left_out > 0:
        source = (pause.begin + pause.end - left_out) / 2
        output = float(_picture(before.line, np.array(source)))
        pairs = [(output, source), (output, float(_sound(after.line, np.array(output))))]
    else:
        whole = levels.around(pause)
        source = whole.end - FADE_ROOM_SECONDS
        output = float(_picture(before.line, np.array(source)))
        added = float(_picture(after.line, np.array(source))) - output
        pairs = list(_repeated(output, source, added, whole.end - whole.begin - 2 * FADE_ROOM_SECONDS))
    return pairs, Step(output, left_out, in_pause=True)


def _repeated(output: float, source: float, added: float, most: float) -> Iterator[tuple[float, float]]:
    """A pause that ends at ``source``, heard again until so much is added, at most ``most`` at a time."""
    times = max(1, int(np.ceil(added / most)))
    for number in range(times):
        at = output + number * added / times
        yield at, source
        yield at, source - added / times
    yield output + added, source


def _spread(
    before: ClockPiece, after: ClockPiece, left_out: float, reach: float
) -> list[tuple[float, float]]:
    at = before.end_seconds
    side = min(SPREAD * abs(left_out) / 2, max(reach, abs(left_out)))
    edges = np.array([at - side, at + side])
    return [
        (float(edges[0]), float(_sound(before.line, edges[0]))),
        (float(edges[1]), float(_sound(after.line, edges[1]))),
    ]


def _sound(line: Line, picture_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sound's time of moments of the picture, seconds."""
    return line.output(picture_seconds * ANALYSIS_FPS) / ANALYSIS_FPS


def _picture(line: Line, sound_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The picture's time of moments of the sound, seconds."""
    return line.source(sound_seconds * ANALYSIS_FPS) / ANALYSIS_FPS
