"""Tracks of QuickTime that are neither seen nor heard: captions of CEA-608, and what cameras measure."""

from collections.abc import Callable
from pathlib import Path

import pytest

from liptune.core.media.inventory.losses import Lost
from liptune.core.media.inventory.types import Stream
from tests.core.media.inventory.whole import read_inventory
from tests.core.media.write.test_contents import TEXT, copied, redrawn
from tests.media_factory import ffmpeg

CAPTIONS = """Scenarist_SCC V1.0

00:00:00:00\t9420 9420 94ad 94ad 9470 9470 c8e5 ecec ef80 942c 942c 942f 942f

00:00:01:10\t942c 942c
"""


def with_captions(clip: Path, folder: Path) -> Path:
    (folder / "x.scc").write_text(CAPTIONS)
    ffmpeg("-i", clip, "-i", folder / "x.scc", "-map", "0", "-map", "1", "-c", "copy", folder / "x.mov")
    return folder / "x.mov"


def with_metadata(clip: Path, folder: Path, kind: bytes) -> Path:
    """A track of text that is called one of metadata: GoPro's ``gpmd``, Apple's ``mebx``."""
    (folder / "x.srt").write_text(TEXT)
    maps = ("-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text")
    path = folder / "x.mp4"
    ffmpeg("-i", clip, "-i", folder / "x.srt", *maps, path)
    path.write_bytes(path.read_bytes().replace(b"tx3g", kind).replace(b"sbtl", b"meta"))
    return path


def last(path: Path) -> Stream:
    return read_inventory(path).streams[-1]


@pytest.mark.one_in(6)
@pytest.mark.parametrize("write", [copied, redrawn])
@pytest.mark.parametrize("kind", [b"c608", b"gpmd", b"mebx"])
def test_they_stay_by_the_index(
    clip: Path, tmp_path: Path, kind: bytes, write: Callable[[Path, Path], tuple[object, ...]]
) -> None:
    path = with_captions(clip, tmp_path) if kind == b"c608" else with_metadata(clip, tmp_path, kind)
    output = tmp_path / f"copy{path.suffix}"
    assert write(path, output) == ()
    before, after = last(path), last(output)
    assert after.codec_tag == before.codec_tag == kind.decode()
    assert before.packets is not None
    assert after.packets is not None
    assert (after.packets.count, after.packets.bytes) == (before.packets.count, before.packets.bytes)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mkv", ".ts"])
@pytest.mark.parametrize("kind", [b"c608", b"gpmd", b"mebx"])
def test_elsewhere_it_is_told(clip: Path, tmp_path: Path, kind: bytes, suffix: str) -> None:
    path = with_captions(clip, tmp_path) if kind == b"c608" else with_metadata(clip, tmp_path, kind)
    assert Lost.STREAM in {loss.code for loss in copied(path, tmp_path / f"copy{suffix}")}
