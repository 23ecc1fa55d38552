"""Covers stay in the copy under the names they had."""

import subprocess
from pathlib import Path

import pytest

from liptune.core.media.inventory.losses import Lost
from liptune.core.media.inventory.read import read_headers
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.remux import shift_audio
from tests.media_factory import ffmpeg

NAMES = {"poster.jpg": "Plakat groß.jpg", "small.png": "small_cover.png"}


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Path:
    """Matroska with two covers, the first with a title, and a tag of no common name."""
    folder = tmp_path_factory.mktemp("covers")
    attached: list[str | Path] = []
    for number, (file, name) in enumerate(NAMES.items(), 2):
        ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1", folder / file)
        kind = {".jpg": "image/jpeg", ".png": "image/png"}[Path(file).suffix]
        attached += ["-attach", folder / file]
        attached += [f"-metadata:s:{number}", f"filename={name}", f"-metadata:s:{number}", f"mimetype={kind}"]
    ffmpeg(
        "-i", clip, "-map", "0", "-c", "copy", *attached, "-metadata:s:2", "title=Front",
        "-metadata", "SHELF=7", "-metadata", "title=Film", folder / "x.mkv",
    )  # fmt: skip
    return folder / "x.mkv"


def content(path: Path, number: int) -> bytes:
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(path),
        "-map",
        f"0:v:{number}",
        "-c",
        "copy",
        "-f",
        "image2pipe",
        "-",
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_matroska_keeps_their_names(covered: Path, tmp_path: Path) -> None:
    copy = tmp_path / "y.mkv"
    assert shift_audio(probe(covered), 0.12, copy).losses == ()
    covers = read_headers(copy).of("cover")
    assert [cover.tags["filename"] for cover in covers] == list(NAMES.values())
    assert [cover.title for cover in covers] == ["Front", None]
    assert [content(copy, number) for number in (1, 2)] == [content(covered, number) for number in (1, 2)]


@pytest.mark.slow
def test_mp4_has_the_covers_and_what_it_cannot_say_is_told(covered: Path, tmp_path: Path) -> None:
    losses = shift_audio(probe(covered), 0.12, copy := tmp_path / "y.mp4").losses
    assert [content(copy, number) for number in (1, 2)] == [content(covered, number) for number in (1, 2)]
    assert {loss.code for loss in losses} == {Lost.TAG, Lost.TITLE}
    assert "The file loses the tag shelf" in {loss.message for loss in losses}
    assert read_headers(copy).tags["title"] == "Film"


@pytest.mark.slow
def test_quicktime_has_no_place_for_them_and_keeps_all_tags(covered: Path, tmp_path: Path) -> None:
    losses = shift_audio(probe(covered), 0.12, copy := tmp_path / "y.mov").losses
    assert {loss.code for loss in losses} == {Lost.STREAM}
    assert read_headers(copy).tags["shelf"] == "7"
