"""A picture that its own packets say to turn or mirror."""

from pathlib import Path

import pytest

from liptune.core.media.inventory.read import read_inventory
from liptune.core.media.inventory.types import ORIENTATION
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.remux import shift_audio
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import WarpOptions
from tests.core.media.write.test_told import redrawn, with_sound
from tests.media_factory import ffmpeg, numbered_video, turned

TURNED = "h264_metadata=display_orientation=insert:rotate=90:flip=horizontal"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numbered_video(tmp_path_factory.mktemp("plain") / "plain.mp4", frames=20)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("suffix", ["ts", "mkv", "mp4"])
def test_it_is_kept_by_copying_and_told_by_drawing(plain: Path, tmp_path: Path, suffix: str) -> None:
    ffmpeg("-i", plain, "-c", "copy", "-bsf:v", TURNED, tmp_path / f"silent.{suffix}")
    path = with_sound(tmp_path / f"silent.{suffix}", tmp_path / f"x.{suffix}")
    copy = tmp_path / f"y.{suffix}"
    assert shift_audio(probe(path), 0.12, copy).losses == ()
    assert ORIENTATION in read_inventory(copy).of("video")[0].side_data
    told = forewarned(path, None, WarpOptions(), folder=tmp_path)
    assert any(ORIENTATION in loss.message for loss in told)
    assert redrawn(path).losses == told


def test_what_the_container_says_is_not_said_twice(plain: Path, tmp_path: Path) -> None:
    path = turned(plain, tmp_path / "x.mp4", 90)
    assert ORIENTATION not in read_inventory(path).of("video")[0].side_data
