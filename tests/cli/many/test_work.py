from pathlib import Path

import pytest

from liptune.cli.many.work import Work, perform
from liptune.cli.remote import Done
from liptune.cli.sources import Source


@pytest.mark.parametrize(
    ("named", "made", "becomes"),
    [
        ("take.mp4", ".mp4", "take.mp4"),
        ("take.M4V", ".mp4", "take.M4V"),
        ("take.mts", ".m2ts", "take.mts"),
        ("take.mp4", ".mov", "take.mp4.mov"),
        ("take.wmv", ".mkv", "take.wmv.mkv"),
    ],
)
def test_a_copy_of_another_container_than_its_name_says_gets_that_name_too(
    named: str, made: str, becomes: str, tmp_path: Path
) -> None:
    def run(folder: Path | None) -> Done:
        assert folder is not None
        video = folder / f"video{made}"
        video.write_bytes(b"a video")
        return Done({}, (video,))

    work = Work("retime", Source("take"), None, {}, output=tmp_path / named)
    assert perform(work, run)["output"] == str(tmp_path / becomes)
    assert (tmp_path / becomes).read_bytes() == b"a video"
