"""A face that never speaks in its video gets its mouths from another."""

import json
from pathlib import Path

import pytest

from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import NoVideoStream, TooLittleMaterial
from liptune.core.operations.dub import dub
from liptune.core.operations.table import OperationResult
from liptune.core.options import DubOptions
from tests.media_factory import ffmpeg, turned

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"
SWAYS = "crop=380:380:x='10+8*sin(t)':y='10+5*cos(t)'"
OPTIONS = DubOptions(judge="none")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face that sways with closed lips for five seconds; the same that speaks, larger, brighter and on its
    side in the file; and a sound."""
    folder = tmp_path_factory.mktemp("gallery")
    ffmpeg("-i", SAMPLE, "-frames:v", "1", folder / "first.png")
    still = ("-loop", "1", "-framerate", "25", "-i", folder / "first.png", "-t", "5", "-vf", SWAYS)
    ffmpeg(*still, "-c:v", "libx264", "-crf", "14", "-pix_fmt", "yuv420p", folder / "still.mp4")
    larger = ("-ss", "5", "-i", SAMPLE, "-an", "-vf", "scale=640:640,eq=brightness=0.06,transpose=cclock")
    ffmpeg(*larger, "-c:v", "libx264", "-crf", "14", "-pix_fmt", "yuv420p", folder / "flat.mp4")
    turned(folder / "flat.mp4", folder / "gallery.mp4", 90)
    ffmpeg("-i", SAMPLE, "-ss", "1", "-t", "5", folder / "sound.wav")
    return folder


def made(folder: Path, gallery: Path, output: Path) -> OperationResult:
    cache = FolderCache(folder / "cache")
    return dub(
        folder / "still.mp4", folder / "sound.wav", OPTIONS, output=output, cache=cache, gallery=gallery
    )


@pytest.mark.slow
def test_it_speaks(folder: Path, tmp_path: Path) -> None:
    done = made(folder, folder / "gallery.mp4", tmp_path / "made")
    told = done.result["dub"]
    assert told["follows"], told["reason"]
    assert told["frames_from_gallery"] > 0.5 * told["frames"]
    assert "likeness" not in {loss["code"] for loss in done.result["losses"]}
    rows = json.loads((tmp_path / "made" / "landmarks.json").read_text())["frames"]
    assert sum(row["mouth_from_gallery"] for row in rows) == told["frames_from_gallery"]
    assert {path.name for path in (tmp_path / "made").iterdir()} == {path.name for path in done.artifacts}


def test_a_gallery_without_a_face_is_refused(folder: Path, tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=3", tmp_path / "none.mp4")
    with pytest.raises(TooLittleMaterial, match=r"gallery none\.mp4 shows"):
        made(folder, tmp_path / "none.mp4", tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_gallery_without_a_picture_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NoVideoStream):
        made(folder, folder / "sound.wav", tmp_path / "made")
    assert not (tmp_path / "made").exists()
