"""Chapters begin in a copy with the frames they began with, or that is told."""

import json
import subprocess
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from liptune.core.media.clock.frames import FrameTimes, frame_times
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render
from tests.core.media.write.test_contents import FACTS, X264
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 50
SECOND = 0.8


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chapters, the second from 0.8 s on."""
    folder = tmp_path_factory.mktemp("chapters")
    (folder / "x.ffmeta").write_text(FACTS)
    extra = ("-i", sound_file(folder / "s.wav", bursts([0.5], 2.0)), "-i", folder / "x.ffmeta")
    return numbered_video(
        folder / "x.mkv", frames=FRAMES, codec=X264, extra=extra, mux=("-c:a", "aac", "-map_chapters", "2")
    )


def made(plain: Path, path: Path) -> MediaInfo:
    ffmpeg("-i", plain, "-c", "copy", path)
    return probe(path)


def second_begins(path: Path) -> float:
    """After the picture's first frame."""
    command = ["ffprobe", "-v", "error", "-show_chapters", "-select_streams", "v", "-show_entries",
               "stream=start_time", "-of", "json", str(path)]  # fmt: skip
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert [chapter["tags"]["title"] for chapter in told["chapters"]] == ["One", "Two"]
    return float(told["chapters"][1]["start_time"]) - float(told["streams"][0]["start_time"])


@pytest.mark.one_in(12)
@pytest.mark.parametrize("later", [-0.4, 0.12])
@pytest.mark.parametrize("after", [".mp4", ".mkv"])
@pytest.mark.parametrize("before", [".mkv", ".mp4", ".mov"])
def test_they_stay_with_the_picture(
    tmp_path: Path, plain: Path, before: str, after: str, later: float
) -> None:
    info = made(plain, tmp_path / f"x{before}")
    copy = tmp_path / f"copy{after}"
    told = {loss.code for loss in shift_audio(info, later, copy).losses}
    assert not told & {Lost.CHAPTER, Lost.CHAPTER_TIME, Lost.STREAM}
    assert second_begins(copy) == pytest.approx(second_begins(info.path), abs=2e-3)


def test_those_that_stand_in_user_data_alone_stay_too(tmp_path: Path, plain: Path) -> None:
    path, copy = made(plain, tmp_path / "x.mp4").path, tmp_path / "copy.mp4"
    path.write_bytes(path.read_bytes().replace(b"chap", b"xhap"))
    assert shift_audio(probe(path), -0.4, copy).losses == ()
    assert second_begins(copy) == pytest.approx(second_begins(path), abs=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
@pytest.mark.parametrize("seconds", [1.2, 0.6])
def test_a_shorter_copy_has_those_that_begin_before_it_ends(
    tmp_path: Path, plain: Path, suffix: str, seconds: float
) -> None:
    whole = made(plain, tmp_path / f"x{suffix}")
    frames, copy = round(seconds * 25), tmp_path / f"copy{suffix}"
    info, times = shortened(whole, seconds, frames)
    drawn = islice(read_frames(whole, raw_format(require_video(whole))), frames)
    losses = render(info, drawn, copy, times=times, ends=True).losses
    assert not {loss.code for loss in losses} & {Lost.CHAPTER, Lost.CHAPTER_TIME}
    if seconds > SECOND:
        assert second_begins(copy) == pytest.approx(second_begins(whole.path), abs=2e-3)


def shortened(info: MediaInfo, seconds: float, frames: int) -> tuple[MediaInfo, FrameTimes]:
    """The media as if its picture ended after so many frames."""
    times = frame_times(info)
    video = replace(require_video(info), duration_seconds=seconds)
    return replace(info, video=video), replace(times, ticks=times.ticks[:frames])
