"""What is done to a file, and what the copy must then be by construction."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.reading.edits import FPS, Truth
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.words import Told
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render, render_picks
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.retime.sound.move import move_sound

MOVED = 0.12
AHEAD = 5
DRIFT = Line(2.0, -0.004)


@dataclass(frozen=True)
class Mode:
    """``write`` makes a copy and returns its losses. ``expect``: the copy's truth, from the source's.

    ``redraws``: the picture is encoded anew. ``resounds``: the sound is. ``quick``: for which remainder of
    the file's number by two it is tried in a hurry.
    """

    name: str
    write: Callable[[MediaInfo, Path], tuple[Told, ...]]
    expect: Callable[[Truth], Truth]
    redraws: bool = False
    resounds: bool = False
    quick: tuple[int, ...] = ()


def _later(info: MediaInfo, output: Path) -> tuple[Told, ...]:
    return shift_audio(info, MOVED, output).losses


def _earlier(info: MediaInfo, output: Path) -> tuple[Told, ...]:
    return shift_audio(info, -MOVED, output).losses


def _sound_moved(info: MediaInfo, output: Path) -> tuple[Told, ...]:
    seconds = require_video(info).duration_seconds + 1
    clock = Clock((ClockPiece(0, seconds, DRIFT),))
    frames = np.arange(FPS * seconds)
    warp = TimeWarp(frames / FPS, clock.source(frames) / FPS)
    plan = Plan(RetimeMode.DRIFT, "", clock, warp, 0 * frames, 1 + 0 * frames, {})
    return move_sound(info, plan, output, times=frame_times(info)).losses


def _redrawn(info: MediaInfo, output: Path) -> tuple[Told, ...]:
    """Each frame shows what was to come five frames later."""
    times = frame_times(info)
    picks = np.minimum(np.arange(len(times.ticks)) + AHEAD, len(times.ticks) - 1)
    return render_picks(info, picks, output, times=times).losses


def _drawn_in_place(info: MediaInfo, output: Path) -> tuple[Told, ...]:
    """Every frame decoded, laid out as the mouths are drawn into, and encoded at its time."""
    with closing(read_frames(info, raw_format(require_video(info)))) as frames:
        return render(info, frames, output).losses


def _sound_later(seconds: float) -> Callable[[Truth], Truth]:
    return lambda truth: replace(truth, heard=tuple(time + seconds for time in truth.heard))


def _drifted(truth: Truth) -> Truth:
    frames = DRIFT.source(FPS * (np.array(truth.heard) - truth.begin))
    return replace(truth, heard=tuple((frames / FPS + truth.begin).tolist()))


def _same(truth: Truth) -> Truth:
    return truth


def _ahead(truth: Truth) -> Truth:
    """A number is shown when the one five frames before it was; where the picture stood still, 0.2 s."""
    numbers = sorted(truth.shown)
    shown = {}
    for number in numbers[AHEAD:]:
        stood = truth.shown[number] - truth.shown[number - AHEAD] > 2 * AHEAD / FPS
        shown[number] = truth.shown[number] - AHEAD / FPS if stood else truth.shown[number - AHEAD]
    return replace(truth, shown=shown)


MODES = (
    Mode("offset, earlier", _earlier, _sound_later(-MOVED), quick=(0, 1)),
    Mode("offset, later", _later, _sound_later(MOVED)),
    Mode("move sound", _sound_moved, _drifted, resounds=True, quick=(0,)),
    Mode("redraw", _redrawn, _ahead, redraws=True, quick=(1,)),
    Mode("warp", _drawn_in_place, _same, redraws=True),
)
