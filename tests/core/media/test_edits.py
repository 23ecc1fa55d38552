"""Random edits of media whose every frame and burst is known: what is read and copied is by construction.

Frame n shows moment n/25 s; bursts lie apart, so that each frame and each burst has one place on every clock.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render, render_picks
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.retime.sound.move import move_sound
from tests.core.media.truth import heard, shown
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FPS, FRAMES = 25, 75
BURSTS = (0.5, 0.9, 1.6, 2.3, 2.7)
TOLERANCE = 8e-3
"""A fifth of a frame."""

X264 = (
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-bf",
    "2",
    "-g",
    "12",
    "-crf",
    "12",
    "-pix_fmt",
    "yuv420p",
)
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-g", "12", "-bf", "2")
KINDS = {
    ".mp4": (*X264, "-c:a", "aac"),
    ".mov": ("-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    ".mkv": (*X264, "-c:a", "flac"),
    ".ts": (*MPEG2, "-c:a", "mp2"),
}


@dataclass(frozen=True)
class Case:
    """``hole``: seconds in which nothing is heard and the picture stands still, from 1.2 s on. ``cut``: what
    is gone of the beginning, copied at whatever moment. ``splice``: of two recordings, the second of
    which has a clock of its own.
    """

    suffix: str
    delay: float
    hole: float
    cut: float
    splice: bool
    remuxed: bool


def cases() -> st.SearchStrategy[Case]:
    """Those that the containers can hold."""
    seconds = st.integers(-150, 200).map(lambda value: value / 1000)
    whole = st.builds(
        Case, st.sampled_from([".mp4", ".mkv", ".ts"]), seconds, st.sampled_from([0.0, 0.8, 2.0]),
        st.sampled_from([0.0, 0.331, 0.7]), st.just(False), st.booleans(),
    )  # fmt: skip
    lossless = st.builds(
        Case,
        st.just(".mov"),
        seconds,
        st.just(0.0),
        st.sampled_from([0.0, 0.331]),
        st.just(False),
        st.booleans(),
    )
    spliced = st.builds(
        Case, st.just(".ts"), seconds, st.just(0.0), st.just(0.0), st.just(True), st.just(False)
    )
    return st.one_of(whole, lossless, spliced)


@dataclass(frozen=True)
class Truth:
    """When each number is first shown, and when each burst is heard, on one clock."""

    shown: dict[int, float]
    heard: tuple[float, ...]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("parts")
    picture = numbered_video(folder / "p.nut", frames=FRAMES, codec=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
    return picture, sound_file(folder / "s.wav", bursts(BURSTS, FRAMES / FPS, 2))


def made(case: Case, parts: tuple[Path, Path], folder: Path) -> tuple[Path, Truth]:
    """The edited file, and what is in it."""
    path = folder / f"made{case.suffix}"

    def written(name: str, begin: float, *options: str) -> Path:
        late = f"'PTS+{case.hole}/TB*gte(T,1.2)'"
        ffmpeg(
            "-ss", str(begin), "-i", parts[0],
            "-ss", str(begin), "-itsoffset", str(case.delay), "-i", parts[1],
            "-vsync", "passthrough", "-vf", f"setpts={late},fps={FPS}",
            "-af", f"asetpts='PTS+{case.hole}/TB*gte(T,{1.2 + case.delay})'",
            *KINDS[case.suffix], *options, folder / f"{name}{case.suffix}",
        )  # fmt: skip
        return folder / f"{name}{case.suffix}"

    if case.splice:
        halves = written("one", 0.0, "-t", "1.2"), written("two", 1.2, "-output_ts_offset", "500")
        path.write_bytes(b"".join(half.read_bytes() for half in halves))
    else:
        steps = [()] * case.remuxed + [("-ss", str(case.cut))] * bool(case.cut)
        path = written("made", 0.0)
        for number, options in enumerate(steps):
            following = folder / f"step{number}{case.suffix}"
            ffmpeg(*options, "-i", path, "-map", "0", "-c", "copy", following)
            path = following
    later = {number: number / FPS + case.hole * (number >= 30) for number in range(FRAMES)}
    return path, Truth(later, tuple(time + case.delay + case.hole * (time > 1.2) for time in BURSTS))


def check(path: Path, truth: Truth) -> None:
    """Each burst is heard as long after a frame is shown as it should be, and none is gone."""
    frames, found = shown(path), heard(path)
    first: dict[int, float] = {}
    for time, number in frames[1:]:
        first.setdefault(number, time)
    known = [number for number in first if number in truth.shown]
    last = known[-1]
    zero = first[last] - truth.shown[last]
    wanted = [time + zero for time in truth.heard if time + zero > TOLERANCE]
    assert found == pytest.approx(wanted, abs=TOLERANCE)
    assert [first[number] for number in known] == pytest.approx(
        [truth.shown[number] + zero for number in known], abs=TOLERANCE
    )


def shifted(info: MediaInfo, output: Path) -> Callable[[Truth], Truth]:
    shift_audio(info, 0.1, output)
    return lambda truth: Truth(truth.shown, tuple(time + 0.1 for time in truth.heard))


def moved(info: MediaInfo, output: Path) -> Callable[[Truth], Truth]:
    """All of the sound 0.2 s later, played anew."""
    frames = np.arange(FPS * 6.0)
    clock = Clock((ClockPiece(0, 6, Line(5.0)),))
    warp = TimeWarp(frames / FPS, clock.source(frames) / FPS)
    plan = Plan(RetimeMode.DRIFT, "", clock, warp, 0 * frames, 1 + 0 * frames, {})
    move_sound(info, plan, output, times=frame_times(info))
    return lambda truth: Truth(truth.shown, tuple(time + 0.2 for time in truth.heard))


def redrawn(info: MediaInfo, output: Path) -> Callable[[Truth], Truth]:
    times = frame_times(info)
    render_picks(info, np.arange(len(times.ticks)), output, times=times)
    return lambda truth: truth


def drawn_in(info: MediaInfo, output: Path) -> Callable[[Truth], Truth]:
    """As `warp` writes: every frame decoded, laid out for mouths to be drawn, and encoded at its time."""
    times = frame_times(info)
    with closing(read_frames(info, raw_format(require_video(info)), times=times)) as frames:
        render(info, frames, output, times=times)
    return lambda truth: truth


@pytest.mark.slow
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(case=Case(".ts", 0.12, 0.0, 0.0, splice=True, remuxed=False), write=shifted)
@example(case=Case(".mp4", -0.05, 2.0, 0.331, splice=False, remuxed=True), write=shifted)
@example(case=Case(".mkv", 0.12, 0.8, 0.7, splice=False, remuxed=False), write=redrawn)
@example(case=Case(".mov", 0.12, 0.0, 0.331, splice=False, remuxed=False), write=drawn_in)
@given(case=cases(), write=st.sampled_from([shifted, moved, redrawn, drawn_in]))
def test_reading_and_copies_hold_to_the_construction(
    case: Case,
    write: Callable[[MediaInfo, Path], Callable[[Truth], Truth]],
    parts: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("case")
    path, truth = made(case, parts, folder)
    info = probe(path)
    check(path, truth)
    output = folder / f"copy{output_suffix(info)}"
    expected = write(info, output)(truth)
    check(output, expected)
