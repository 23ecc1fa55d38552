"""Program streams of MPEG-2, as on DVDs, come back as such, and system streams of MPEG-1 as those."""

from collections.abc import Callable
from pathlib import Path

import pytest

from liptune.core.media.probe.probe import probe
from tests.core.media.truth import heard, shown
from tests.core.media.write.test_contents import copied, redrawn
from tests.media_factory import bursts, numbered_video, sound_file

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
