"""Transport streams of Blu-ray and AVCHD come back as what they were: packets of 192 bytes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from liptune.core.media.clock.continuity import WITH_ARRIVAL, packet_bytes
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.containers import output_suffix
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions
from tests.core.media.truth import heard, shown
from tests.core.media.write.test_contents import copied, redrawn
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 50
BURSTS = [0.5, 1.4]
ARRIVING = ("-mpegts_m2ts_mode", "1")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2")
AC3 = ("-c:a", "ac3", "-ar", "48000")
PCM = ("-c:a", "pcm_bluray", "-ac", "2")


def recorded(path: Path, *codecs: str) -> Path:
    sound = sound_file(path.with_suffix(".wav"), bursts(BURSTS, FRAMES / 25))
    return numbered_video(
        path, frames=FRAMES, codec=codecs, extra=("-i", sound), mux=(*ARRIVING, "-f", "mpegts")
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("write", [copied, redrawn])
@pytest.mark.parametrize(
    ("name", "codecs", "suffix"),
    [
        ("x.mts", (*X264, *AC3), ".mts"),
        ("x.m2ts", (*MPEG2, *PCM), ".m2ts"),
        ("01F2", (*X264, *AC3), ".m2ts"),
    ],
    ids=["avchd", "blu-ray", "nameless"],
)
def test_packets_keep_their_time_of_arrival(
    tmp_path: Path,
    name: str,
    codecs: tuple[str, ...],
    suffix: str,
    write: Callable[[Path, Path], tuple[object, ...]],
) -> None:
    path = recorded(tmp_path / name, *codecs)
    info = probe(path)
    assert output_suffix(info) == suffix
    output = tmp_path / f"copy{suffix}"
    assert write(path, output) == ()
    assert (packet_bytes(path), packet_bytes(output)) == (WITH_ARRIVAL, WITH_ARRIVAL)
    assert output.stat().st_size % WITH_ARRIVAL == 0
    assert probe(output).audio[0].codec == info.audio[0].codec
    assert [number for _, number in shown(output)] == list(range(FRAMES))
    later = 0.12 if write is copied else 0.0
    assert heard(output) == pytest.approx([at + later for at in BURSTS], abs=8e-3)


def test_what_blu_ray_has_no_name_for_goes_into_a_plain_transport_stream_and_is_told(tmp_path: Path) -> None:
    path, output = recorded(tmp_path / "x.m2ts", *X264, "-c:a", "aac"), tmp_path / "y.ts"
    assert output_suffix(probe(path)) == output.suffix
    told = forewarned(path, None, RetimeOptions(mode="offset"), folder=tmp_path)
    assert [loss.code for loss in told] == [Lost.CONTAINER]
    assert copied(path, output) == told
    assert packet_bytes(output) == 188


def test_other_files_become_them_when_that_is_asked_for(tmp_path: Path) -> None:
    path, output = recorded(tmp_path / "x.ts", *X264, "-c:a", "aac"), tmp_path / "y.m2ts"
    ffmpeg("-i", path, "-c", "copy", tmp_path / "x.mkv")
    told = forewarned(tmp_path / "x.mkv", None, RetimeOptions(mode="offset"), folder=tmp_path, suffix=".m2ts")
    assert {loss.code for loss in told} == {Lost.CODEC}
    assert set(copied(tmp_path / "x.mkv", output)) <= set(told)
    assert packet_bytes(output) == WITH_ARRIVAL
    assert heard(output) == pytest.approx([at + 0.12 for at in BURSTS], abs=8e-3)


def test_a_file_that_is_none_has_no_packets(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "empty").touch()
    assert packet_bytes(tmp_path / "x") == 0
    assert packet_bytes(tmp_path / "empty") == 0
