"""What a file says of how it was made, in the containers that results come in."""

from contextlib import closing
from pathlib import Path

import pytest

from liptune.core.media.inventory.read import read_headers
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.render import render
from tests.media_factory import ffmpeg

TAG = "Made by a test"
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=25:duration=1")
SOUND = ("-f", "lavfi", "-i", "sine=frequency=300:duration=1")


def made(path: Path, *options: str) -> MediaInfo:
    ffmpeg(*PICTURE, *SOUND, *options, path)
    return probe(path)


def drawn(info: MediaInfo, output: Path, tag: str | None) -> dict[str, str]:
    layout = raw_format(require_video(info))
    with closing(read_frames(info, layout)) as frames:
        render(info, frames, output, tag=tag)
    return dict(read_headers(output).tags)


@pytest.mark.one_in(5)
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi", ".flv"])
def test_it_is_in_the_file(suffix: str, tmp_path: Path) -> None:
    info = made(tmp_path / f"clip{suffix}", *(("-c:v", "libx264") if suffix != ".avi" else ()))
    tags = drawn(info, tmp_path / f"out{suffix}", TAG)
    assert TAG in tags.values()
    assert tags["comment"] == TAG


@pytest.mark.one_in(2)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_what_the_file_said_of_itself_stays(suffix: str, tmp_path: Path) -> None:
    info = made(tmp_path / f"clip{suffix}", "-metadata", "comment=mine", "-metadata", "title=Nordwind")
    tags = drawn(info, tmp_path / f"out{suffix}", TAG)
    assert (tags["comment"], tags["title"]) == ("mine", "Nordwind")
    assert TAG in tags.values()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_copy_without_it_has_none(suffix: str, tmp_path: Path) -> None:
    tags = drawn(made(tmp_path / f"clip{suffix}"), tmp_path / f"out{suffix}", None)
    assert "comment" not in tags


@pytest.mark.slow
def test_it_stands_once_however_often_a_file_is_made(tmp_path: Path) -> None:
    first = made(tmp_path / "clip.mp4")
    drawn(first, tmp_path / "out.mp4", TAG)
    drawn(probe(tmp_path / "out.mp4"), tmp_path / "again.mp4", TAG)
    assert (tmp_path / "again.mp4").read_bytes().count(TAG.encode()) == 2
