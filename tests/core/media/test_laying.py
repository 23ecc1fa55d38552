"""Sound in a file of its own: by which clock it is laid, in what is heard and in copies."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.laying import laid, later_seconds, laying
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render
from liptune.core.options import AudioClock
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.retime.sound.move import move_sound
from tests.core.media.truth import heard
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

BURST, LATE = 1.0, 0.4


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    return probe(numbered_video(tmp_path_factory.mktemp("picture") / "p.mp4", frames=50))


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    """Its clock begins at 0.4 s."""
    folder = tmp_path_factory.mktemp("sound")
    wav = sound_file(folder / "s.wav", bursts([BURST], 1.5))
    ffmpeg(
        "-itsoffset", str(LATE), "-i", wav, "-c", "copy", "-avoid_negative_ts", "disabled", folder / "s.mka"
    )
    return probe(folder / "s.mka")


def shifted(video: MediaInfo, sound: MediaInfo, output: Path) -> None:
    shift_audio(video, 0.2, output, audio=sound)


def drawn(video: MediaInfo, sound: MediaInfo, output: Path) -> None:
    assert video.video
    render(video, read_frames(video, raw_format(video.video)), output, audio=sound)


def moved(video: MediaInfo, sound: MediaInfo, output: Path) -> None:
    clock = Clock((ClockPiece(0, 1, Line()), ClockPiece(1, 2, Line(5.0))))
    frames = np.arange(50.0)
    warp = TimeWarp(frames / 25, clock.source(frames) / 25)
    plan = Plan(RetimeMode.STEPS, "", clock, warp, 0 * frames, 1 + 0 * frames, {})
    move_sound(video, plan, output, times=frame_times(video), audio=sound)


@pytest.mark.one_in(5)
@pytest.mark.parametrize(("clock", "later"), [("picture", 0.0), ("file", LATE)])
@pytest.mark.parametrize(
    ("write", "where"),
    [
        (shifted, lambda at: at + 0.2),
        (drawn, lambda at: at),
        (moved, lambda at: at + 0.2 * (at > 1)),
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_copies_have_the_sound_where_it_is_laid(  # noqa: PLR0917
    picture: MediaInfo,
    late: MediaInfo,
    tmp_path: Path,
    suffix: str,
    write: Callable[[MediaInfo, MediaInfo, Path], None],
    where: Callable[[float], float],
    clock: AudioClock,
    later: float,
) -> None:
    output = tmp_path / f"copy{suffix}"
    write(picture, laid(late, picture, clock), output)
    assert heard(output) == pytest.approx([where(BURST + later + 1e-9)], abs=8e-3)


def test_how_the_clocks_differ_is_told(picture: MediaInfo, late: MediaInfo) -> None:
    by_picture, by_file = laid(late, picture, "picture"), laid(late, picture, "file")
    assert laying(picture, picture) is None
    assert (sound := laying(by_picture, picture)) is not None
    assert sound.clock == "picture"
    assert sound.other_later_seconds == pytest.approx(LATE, abs=1e-3)
    assert (sound := laying(by_file, picture)) is not None
    assert sound.clock == "file"
    assert sound.other_later_seconds == pytest.approx(-LATE, abs=1e-3)
    assert (later_seconds(by_picture), later_seconds(None)) == (0.0, 0.0)
    assert later_seconds(by_file) == pytest.approx(LATE, abs=1e-3)


def test_a_transport_streams_clock_counts_beside_its_like_alone(tmp_path: Path, picture: MediaInfo) -> None:
    """ffmpeg begins one at 1.4 s."""
    wav = sound_file(tmp_path / "s.wav", bursts([BURST], 1.5))
    ffmpeg("-i", wav, "-c:a", "mp2", tmp_path / "s.ts")
    ffmpeg("-i", wav, "-c:a", "mp2", "-output_ts_offset", "0.3", tmp_path / "later.ts")
    ffmpeg("-i", picture.path, "-c", "copy", tmp_path / "p.ts")
    sound, later = probe(tmp_path / "s.ts"), probe(tmp_path / "later.ts")
    assert sound.start_seconds > 1
    transport = probe(tmp_path / "p.ts")
    apart = laying(later, transport), laying(sound, transport)
    assert apart[0]
    assert apart[1]
    assert apart[0].other_later_seconds - apart[1].other_later_seconds == pytest.approx(
        later.start_seconds - sound.start_seconds, abs=1e-6
    )
    beside = laying(later, picture)
    assert beside
    assert beside.other_later_seconds == pytest.approx(0.0, abs=1e-3)
