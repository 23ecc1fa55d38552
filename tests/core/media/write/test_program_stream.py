"""Program streams of MPEG-2, as on DVDs, come back as such, and system streams of MPEG-1 as those."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from liptune.core.media.probe.probe import probe
from tests.core.media.truth import heard, shown
from tests.core.media.write.test_contents import copied, redrawn
from tests.core.media.write.test_pictured_text import SHOWN, presented
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 50
BURSTS = [0.5, 1.4]
SIZE = "scale=720:576:flags=neighbor"
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "2")
PACK = b"\x00\x00\x01\xba"


def generation(path: Path) -> int:
    """1 or 2, by the marker bits of the first pack."""
    content = path.read_bytes()
    return {0b0010: 1, 0b0100: 2, 0b0101: 2}[content[content.index(PACK) + 4] >> 4]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("write", [copied, redrawn])
@pytest.mark.parametrize(
    ("form", "sound", "after"),
    [
        ("vob", ("-c:a", "mp2"), 2),
        ("vob", ("-c:a", "ac3"), 2),
        ("mpeg", ("-c:a", "mp2"), 1),
    ],
    ids=["dvd-mp2", "dvd-ac3", "mpeg1"],
)
def test_a_program_stream_stays_of_its_generation(
    tmp_path: Path,
    form: str,
    sound: tuple[str, ...],
    after: int,
    write: Callable[[Path, Path], tuple[object, ...]],
) -> None:
    wav = sound_file(tmp_path / "s.wav", bursts(BURSTS, FRAMES / 25))
    path, output = tmp_path / "x.mpg", tmp_path / "y.mpg"
    numbered_video(
        path, frames=FRAMES, codec=MPEG2, filters=SIZE, extra=("-i", wav), mux=(*sound, "-f", form)
    )
    assert write(path, output) == ()
    assert (generation(path), generation(output)) == (after, after)
    assert probe(output).audio[0].codec == probe(path).audio[0].codec
    assert [number for _, number in shown(output)] == list(range(FRAMES))
    later = 0.12 if write is copied else 0.0
    assert heard(output) == pytest.approx([at + later for at in heard(path)], abs=8e-3)


def dvd(folder: Path) -> Path:
    """A film with subtitles."""
    wav = sound_file(folder / "s.wav", bursts(BURSTS, FRAMES / 25))
    form = ("-c:a", "mp2", "-f", "vob")
    plain = numbered_video(
        folder / "p.mpg", frames=FRAMES, codec=MPEG2, filters=SIZE, extra=("-i", wav), mux=form
    )
    (folder / "x.sup").write_bytes(b"".join(map(presented, SHOWN, range(2))))
    text = ("-itsoffset", "0.3", "-i", folder / "x.sup", "-map", "0", "-map", "1")
    ffmpeg("-i", plain, *text, "-c", "copy", "-c:s", "dvdsub", "-f", "vob", folder / "x.mpg")
    return folder / "x.mpg"


def text_after_picture(path: Path) -> list[float]:
    """When each packet of subtitles that has a time is shown, after the first frame."""

    def times(kind: str) -> list[float]:
        asked = ("-select_streams", kind, "-show_entries", "packet=pts_time", "-of", "csv=p=0")
        command = ["ffprobe", "-v", "error", *asked, str(path)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return sorted(float(line.split(",")[0]) for line in lines if line[0].isdigit())

    return [at - times("v")[0] for at in times("s")]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("write", [copied, redrawn])
def test_subtitles_of_a_dvd_stay(tmp_path: Path, write: Callable[[Path, Path], tuple[object, ...]]) -> None:
    path, output = dvd(tmp_path), tmp_path / "y.mpg"
    assert write(path, output) == ()
    assert len(text_after_picture(path)) == len(SHOWN)
    assert text_after_picture(output) == pytest.approx(text_after_picture(path), abs=8e-3)
