"""Subtitles that are pictures stay in the copy, at their times."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from liptune.core.media.probe.probe import probe
from liptune.core.media.write.containers import output_suffix
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions, WarpOptions
from tests.core.media.write.test_contents import X264, copied, redrawn
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

SHOWN, WIDTH, HEIGHT = [0.5, 1.2], 40, 16
KINDS = {
    "pgs.mkv": (*X264, "-c:a", "ac3", "-c:s", "copy"),
    "pgs.m2ts": (*X264, "-c:a", "ac3", "-c:s", "copy", "-mpegts_m2ts_mode", "1"),
    "dvb.ts": (*X264, "-c:a", "ac3", "-c:s", "dvbsub"),
    "dvb.mkv": (*X264, "-c:a", "ac3", "-c:s", "dvbsub"),
}


def presented(at: float, number: int) -> bytes:
    """One display set of PGS, a rectangle in the picture."""
    window = struct.pack(">BHHHH", 0, 20, 20, WIDTH, HEIGHT)
    line = bytes([0, 0x80 | WIDTH, 1, 0, 0])
    image = struct.pack(">HH", WIDTH, HEIGHT) + line * HEIGHT
    segments = {
        0x16: struct.pack(">HHBHBBBB", 128, 64, 0x10, number, 0x80, 0, 0, 1)
        + struct.pack(">HBBHH", 0, 0, 0, 20, 20),
        0x17: b"\x01" + window,
        0x14: bytes([0, 0, 0, 16, 128, 128, 0, 1, 235, 128, 128, 255]),
        0x15: struct.pack(">HBB", 0, 0, 0xC0) + len(image).to_bytes(3, "big") + image,
        0x80: b"",
    }
    heads = (struct.pack(">2sIIBH", b"PG", int(at * 90_000), 0, k, len(b)) for k, b in segments.items())
    return b"".join(head + body for head, body in zip(heads, segments.values(), strict=True))


def text_after_picture(path: Path) -> list[float]:
    """When each picture of text is shown, after the first frame."""
    # Else ffmpeg brings it near the time at which its packet arrives.
    own_times = ("-fix_teletext_pts", "0") if path.suffix in {".ts", ".m2ts"} else ()

    def times(kind: str) -> list[float]:
        asked = (*own_times, "-select_streams", kind, "-show_entries", "packet=pts_time", "-of", "csv=p=0")
        told = subprocess.run(["ffprobe", "-v", "error", *asked, path], check=True, capture_output=True)
        return sorted(float(line.strip(b",")) for line in told.stdout.splitlines() if line.strip(b","))

    return [at - times("v")[0] for at in times("s")]


@pytest.mark.one_in(4)
@pytest.mark.parametrize("write", [copied, redrawn])
@pytest.mark.parametrize("name", sorted(KINDS, reverse=True))
def test_it_stays(tmp_path: Path, name: str, write: Callable[[Path, Path], tuple[object, ...]]) -> None:
    (tmp_path / "x.sup").write_bytes(b"".join(map(presented, SHOWN, range(2))))
    wav = sound_file(tmp_path / "s.wav", bursts([0.5], 2.0))
    plain = numbered_video(tmp_path / "p.mkv", frames=50, extra=("-i", wav), mux=("-c:a", "flac"))
    path = tmp_path / name
    maps = ("-map", "0", "-map", "1", "-map_metadata", "-1")
    ffmpeg("-i", plain, "-i", tmp_path / "x.sup", *maps, *KINDS[name], path)
    output = tmp_path / f"copy{output_suffix(probe(path))}"
    options = RetimeOptions(mode="offset") if write is copied else WarpOptions()
    assert forewarned(path, None, options, folder=tmp_path) == ()
    assert write(path, output) == ()
    assert output.suffix == path.suffix
    assert text_after_picture(output) == pytest.approx(text_after_picture(path), abs=8e-3)
    assert len(text_after_picture(output)) >= len(SHOWN)
