"""Teletext stays in a transport stream, at its own times."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from liptune.core.media.inventory.losses import Lost
from liptune.core.media.probe.probe import probe
from tests.core.media.write.test_contents import copied, redrawn
from tests.core.media.write.test_pictured_text import SHOWN, presented
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

PACKET = 188
SUBTITLING = b"\x59\x08"
"""EN 300 468: the descriptor of DVB subtitles, of 8 bytes, the language first."""


def teletext_film(folder: Path) -> Path:
    """A transport stream whose DVB subtitles are called teletext."""
    (folder / "x.sup").write_bytes(b"".join(map(presented, SHOWN, range(2))))
    wav = sound_file(folder / "s.wav", bursts([0.5], 2.0))
    plain = numbered_video(folder / "p.mkv", frames=50, extra=("-i", wav), mux=("-c:a", "mp2"))
    maps = ("-map", "0", "-map", "1", "-metadata:s:s:0", "language=ger")
    path = folder / "x.ts"
    ffmpeg("-i", plain, "-i", folder / "x.sup", *maps, "-c", "copy", "-c:s", "dvbsub", path)
    content = path.read_bytes()
    packets = (content[at : at + PACKET] for at in range(0, len(content), PACKET))
    path.write_bytes(b"".join(renamed(each) if SUBTITLING in each else each for each in packets))
    return path


def renamed(packet: bytes) -> bytes:
    """A packet with a program map, whose subtitling descriptor becomes one of teletext and one of nothing."""
    at = packet.index(SUBTITLING)
    language = packet[at + 2 : at + 5]
    teletext = b"\x56\x05" + language + b"\x11\x50" + b"\xfe\x01\x00"
    made = bytearray(packet[:at] + teletext + packet[at + len(teletext) :])
    begin = 5
    end = begin + 3 + (int.from_bytes(made[begin + 1 : begin + 3]) & 0xFFF)
    made[end - 4 : end] = crc(bytes(made[begin : end - 4])).to_bytes(4)
    return bytes(made)


def crc(section: bytes) -> int:
    """ISO/IEC 13818-1, annex A."""
    value = 0xFFFFFFFF
    for byte in section:
        value ^= byte << 24
        for _ in range(8):
            value = ((value << 1) ^ (0x04C11DB7 if value >> 31 else 0)) & 0xFFFFFFFF
    return value


def text_after_picture(path: Path) -> list[float]:
    """When the file says that each page comes, after the first frame."""

    def times(kind: str) -> list[float]:
        asked = ("-select_streams", kind, "-show_entries", "packet=pts_time", "-of", "csv=p=0")
        command = ["ffprobe", "-v", "error", "-fix_teletext_pts", "0", *asked, str(path)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return sorted(float(line.split(",")[0]) for line in lines if line[0].isdigit())

    return [at - times("v")[0] for at in times("s")]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("write", [copied, redrawn])
def test_it_stays(tmp_path: Path, write: Callable[[Path, Path], tuple[object, ...]]) -> None:
    path, output = teletext_film(tmp_path), tmp_path / "y.ts"
    assert write(path, output) == ()
    assert text_after_picture(output) == pytest.approx(text_after_picture(path), abs=2e-3)
    assert len(text_after_picture(output)) >= len(SHOWN)


@pytest.mark.slow
def test_elsewhere_it_is_told(tmp_path: Path) -> None:
    path = teletext_film(tmp_path)
    assert probe(path).container == "mpegts"
    assert {loss.code for loss in copied(path, tmp_path / "y.mkv")} == {Lost.STREAM}
