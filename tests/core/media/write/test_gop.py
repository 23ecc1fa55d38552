"""MPEG video drawn again goes on from the time code that its packets had."""

import subprocess
from pathlib import Path

import pytest

from liptune.core.media.probe.probe import probe
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.gop import gop_timecode
from tests.core.media.write.test_contents import redrawn
from tests.media_factory import numbered_video

SOUND = ("-f", "lavfi", "-i", "sine=sample_rate=48000:duration=0.5")
SIZE = "scale=720:576:flags=neighbor"
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2")


def first_group(path: Path) -> bytes:
    """The 25 bits of the first group's time code, and the bit after, as they stand in the picture's bytes."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "data", "-"]
    coded = subprocess.run(command, check=True, capture_output=True).stdout
    at = coded.index(b"\x00\x00\x01\xb8") + 4
    return coded[at : at + 3]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "rate", "codec", "timecode"),
    [
        ("x.mxf", "25", (*MPEG2, "-pix_fmt", "yuv422p", "-c:a", "pcm_s16le"), "10:20:30:05"),
        ("x.mpg", "30000/1001", (*MPEG2, "-c:a", "mp2"), "01:00:00;02"),
        ("x.ts", "25", (*MPEG2, "-c:a", "mp2"), "23:59:59:24"),
        ("x.mkv", "25", ("-c:v", "mpeg1video", "-q:v", "2", "-c:a", "mp2"), "00:00:07:00"),
    ],
)
def test_the_time_code_of_the_packets_stays(
    tmp_path: Path, name: str, rate: str, codec: tuple[str, ...], timecode: str
) -> None:
    coded = (*codec, "-gop_timecode", timecode, "-shortest")
    path = numbered_video(tmp_path / name, frames=12, rate=rate, codec=coded, filters=SIZE, extra=SOUND)
    assert gop_timecode(probe(path)) == timecode
    output = tmp_path / f"copy{output_suffix(probe(path))}"
    redrawn(path, output)
    assert output.suffix == path.suffix
    assert first_group(output) == first_group(path)


def test_other_pictures_have_none(clip: Path) -> None:
    assert gop_timecode(probe(clip)) is None
