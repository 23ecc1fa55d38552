"""A picture that its own packets say to turn or mirror: it is seen so, and its copies are shown so."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.errors import RenderFailed
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.inventory.words import Told
from liptune.core.media.mp4.matrix import write_matrix
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import VideoStream
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.remux import shift_audio
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions, WarpOptions
from tests.core.media.inventory import payloads as made
from tests.core.media.inventory.whole import read_inventory
from tests.core.media.test_display import matrix
from tests.core.media.write.test_told import redrawn, with_sound
from tests.media_factory import HEIGHT, WIDTH, ffmpeg, numbered_video, turned

FRAMES = 20
LAST = 8
"""Of HEVC without times ffmpeg leaves out some of the first."""
TURNED = "h264_metadata=display_orientation=insert:rotate=90:flip=horizontal"
MATRIX = matrix(270, mirrored=True)
QUARTER = 1 << 14
"""ITU-T H.264 and H.265, display orientation: a quarter of a turn, anticlockwise, of 16 bits."""


def orientation(codec: str, anticlockwise: int, *, flipped: bool) -> bytes:
    """The SEI message of one frame."""
    bits = f"0{flipped:b}0{anticlockwise:016b}" + {"h264": "010" + "0", "hevc": "1"}[codec] + "1"
    return made.sei(codec, 47, int(bits.ljust(24, "0"), 2).to_bytes(3))


def film(path: Path, codec: str = "h264", quarters: int = 1, *, flipped: bool = True) -> Path:
    """A film with sound, each of whose frames says how it is shown."""
    message = orientation(codec, quarters * QUARTER, flipped=flipped)
    silent = made.with_payload(path.with_name(f"{codec}.mp4"), codec, message, first=0, frames=FRAMES)
    return with_sound(silent, path)


def picture_of(path: Path) -> VideoStream:
    return require_video(probe(path))


def as_ffmpeg_shows(path: Path) -> NDArray[np.uint8]:
    """(frames, rows, columns): turned by its own means."""
    video = picture_of(path)
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-vsync", "passthrough", "-f", "rawvideo"]
    content = subprocess.run([*command, "-pix_fmt", "gray", "-"], check=True, capture_output=True).stdout
    return np.frombuffer(content, np.uint8).reshape(-1, video.height, video.width)


def as_analysed(path: Path) -> NDArray[np.uint8]:
    return np.concatenate([each.frames for each in decode_frames(probe(path), side=1000, colour="gray")])


@pytest.mark.one_in(9)
@pytest.mark.parametrize("flipped", [True, False])
@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize(("codec", "suffix"), [("h264", "ts"), ("h264", "mkv"), ("hevc", "mp4")])
def test_analysis_sees_what_is_shown(
    tmp_path: Path, codec: str, suffix: str, quarters: int, *, flipped: bool
) -> None:
    path = film(tmp_path / f"x.{suffix}", codec, quarters, flipped=flipped)
    assert picture_of(path).display_matrix == matrix(360 - 90 * quarters, mirrored=flipped)
    assert furthest(as_analysed(path), as_ffmpeg_shows(path)) <= 2


def furthest(seen: NDArray[np.uint8], shown: NDArray[np.uint8]) -> int:
    """How far the one of the last frames that is like none that is shown is from the next."""
    return int(np.abs(seen[-LAST:, None].astype(int) - shown).max(axis=(2, 3)).min(axis=1).max())


def copied(path: Path) -> tuple[tuple[Told, ...], Path]:
    copy = path.with_name(f"copy{output_suffix(probe(path))}")
    return shift_audio(probe(path), 0.12, copy).losses, copy


def drawn(path: Path) -> tuple[tuple[Told, ...], Path]:
    done = redrawn(path)
    return done.losses, done.path


@pytest.mark.one_in(6)
@pytest.mark.parametrize("write", [drawn, copied])
@pytest.mark.parametrize("suffix", ["ts", "mkv", "mp4"])
def test_h264_keeps_it_in_its_packets(
    tmp_path: Path, suffix: str, write: Callable[[Path], tuple[tuple[Told, ...], Path]]
) -> None:
    plain = numbered_video(tmp_path / "plain.mp4", frames=FRAMES)
    ffmpeg("-i", plain, "-c", "copy", "-bsf:v", TURNED, tmp_path / f"silent.{suffix}")
    path = with_sound(tmp_path / f"silent.{suffix}", tmp_path / f"x.{suffix}")
    losses, copy = write(path)
    options = WarpOptions() if write is drawn else RetimeOptions(mode="offset")
    assert (losses, copy.suffix) == ((), path.suffix)
    assert forewarned(path, None, options, folder=tmp_path) == ()
    assert picture_of(copy).display_matrix == MATRIX
    assert picture_of(copy).turned_in_packets
    assert (picture_of(copy).width, picture_of(copy).height) == (HEIGHT, WIDTH)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["mp4", "mov"])
def test_the_container_says_it_for_packets_that_cannot_be_written(tmp_path: Path, suffix: str) -> None:
    path = film(tmp_path / f"x.{suffix}", "hevc")
    losses, copy = drawn(path)
    assert Lost.DISPLAY_MATRIX not in {loss.code for loss in losses}
    assert picture_of(copy).display_matrix == MATRIX
    assert not picture_of(copy).turned_in_packets


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_hevc_is_copied_anywhere_and_drawn_where_the_container_says_it(tmp_path: Path, suffix: str) -> None:
    path = film(tmp_path / f"x.{suffix}", "hevc")
    assert output_suffix(probe(path)) == ".mp4"
    kept = tmp_path / f"kept.{suffix}"
    assert shift_audio(probe(path), 0.12, kept).losses == ()
    assert picture_of(kept).display_matrix == MATRIX
    with pytest.raises(RenderFailed, match="rotation"):
        forewarned(path, None, WarpOptions(), folder=tmp_path, suffix=path.suffix)
    assert picture_of(drawn(path)[1]).display_matrix == MATRIX


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_the_packets_count_before_the_container(tmp_path: Path, codec: str) -> None:
    path = film(tmp_path / "x.mp4", codec)
    write_matrix(path, matrix(180))
    assert picture_of(path).display_matrix == MATRIX
    assert furthest(as_analysed(path), as_ffmpeg_shows(path)) <= 2
    losses, copy = drawn(path)
    assert Lost.DISPLAY_MATRIX not in {loss.code for loss in losses}
    assert picture_of(copy).display_matrix == MATRIX


def test_what_the_container_says_is_not_said_twice(tmp_path: Path) -> None:
    path = turned(numbered_video(tmp_path / "plain.mp4", frames=FRAMES), tmp_path / "x.mp4", 90)
    assert not picture_of(path).turned_in_packets
    picture = read_inventory(path).of("video")[0].picture
    assert picture is not None
    assert picture.own_matrix is None
    assert picture.matrix == matrix(90)
