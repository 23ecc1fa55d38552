"""Matroska and WebM files joined byte for byte are refused; all others are not."""

import subprocess
from pathlib import Path

import pytest

from liptune.core.errors import MediaJoined
from liptune.core.media.probe.probe import probe
from liptune.core.media.probe.segments import SEGMENT, has_more_segments
from tests.media_factory import numbered_video

VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
SHORT = ("-cluster_time_limit", "200")


@pytest.fixture(scope="module", params=["x.mkv", "x.webm", "live.mkv", "live.webm", "piped.mkv"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ffmpeg writes it; of unknown size, as recorders do; and into a pipe, where lengths stay unknown."""
    path = tmp_path_factory.mktemp("whole") / str(request.param)
    codec = VP8 if path.suffix == ".webm" else H264
    live = ("-live", "1") if path.stem == "live" else ()
    if path.stem != "piped":
        return numbered_video(path, frames=50, codec=codec, mux=(*SHORT, *live))
    plain = numbered_video(path.with_stem("plain"), frames=50, codec=codec)
    command = ["ffmpeg", "-v", "error", "-i", str(plain), "-c", "copy", *SHORT, "-f", "matroska", "pipe:1"]
    path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return path


def test_one_file_is_read_whole(whole: Path) -> None:
    info = probe(whole)
    assert info.duration_seconds == pytest.approx(2.0, abs=0.05)


def test_two_files_joined_are_refused(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / whole.name
    path.write_bytes(2 * whole.read_bytes())
    with pytest.raises(MediaJoined, match="several Matroska or WebM files") as refused:
        probe(path)
    assert refused.value.code == "media_joined"


def test_two_segments_of_one_document_are_refused(whole: Path, tmp_path: Path) -> None:
    content, path = whole.read_bytes(), tmp_path / whole.name
    path.write_bytes(content + content[content.index(SEGMENT.to_bytes(4)) :])
    with pytest.raises(MediaJoined):
        probe(path)


def test_what_is_no_element_after_the_end_does_not_matter(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes() + bytes(4096))
    assert not has_more_segments(path)
    assert probe(path).duration_seconds == pytest.approx(2.0, abs=0.05)


def test_a_file_that_is_cut_off_is_one(whole: Path, tmp_path: Path) -> None:
    content, path = whole.read_bytes(), tmp_path / whole.name
    for end in (1, 5, 60, 1000, len(content) - 3):
        path.write_bytes(content[:end])
        assert not has_more_segments(path)
