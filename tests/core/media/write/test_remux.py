import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from liptune.core.errors import DiskFull, NoAudioStream, RenderFailed
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.sounds import Sound
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.remux import shift_audio
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions
from tests.core.media.read.test_audio import sound_of
from tests.core.media.truth import heard, shown
from tests.core.media.write.test_render import kill_ffmpeg
from tests.media_factory import bursts, ffmpeg, find_bursts, numbered_video, sound_file, talking

TIMES = np.array([0.4, 1.0, 1.6])
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2")
AVI = ("-c:v", "mpeg4", "-q:v", "2")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sound_file(tmp_path_factory.mktemp("sound") / "x.wav", bursts(TIMES.tolist(), 2.0))


def picture_packets(path: Path) -> bytes:
    """Checksums of the picture's packets, without their times."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "framemd5", "-"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()
    return b"\n".join(line.split(b",")[-1] for line in listed if not line.startswith(b"#"))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("container", "video", "audio", "action", "offset"),
    [
        ("mp4", X264, "aac", "copied", 0.12),
        ("mp4", X264, "aac", "copied", -0.12),
        ("mov", X264, "pcm_s16le", "copied", -0.12),
        ("mkv", X264, "flac", "copied", 0.12),
        ("ts", X264, "aac", "copied", -0.12),
        ("mpg", MPEG2, "mp2", "copied", 0.12),
        ("avi", AVI, "pcm_s16le", "encoded", 0.12),
        ("avi", AVI, "pcm_s16le", "encoded", -0.12),
    ],
)
def test_sound_moves_and_the_picture_stays(  # noqa: PLR0917
    tmp_path: Path,
    sound: Path,
    container: str,
    video: tuple[str, ...],
    audio: str,
    action: str,
    offset: float,
) -> None:
    path = numbered_video(
        tmp_path / f"x.{container}", frames=50, codec=video, extra=("-i", sound), mux=("-c:a", audio)
    )
    info, output = probe(path), tmp_path / f"y.{container}"
    assert output_suffix(info) == output.suffix
    assert shift_audio(info, offset, output).sound == action
    moved = probe(output)
    expected = np.array(find_bursts(sound_of(path), 16_000)) + offset
    assert find_bursts(sound_of(output), 16_000) == pytest.approx(expected, abs=0.0012)
    assert picture_packets(output) == picture_packets(path)
    assert frame_times(moved).seconds == pytest.approx(frame_times(info).seconds, abs=1e-6)
    assert moved.audio[0].duration_seconds >= info.audio[0].duration_seconds - 0.025
    assert list(tmp_path.glob(".*")) == []


def test_a_separate_file_replaces_the_sound(tmp_path: Path, sound: Path) -> None:
    other = sound_file(tmp_path / "other.wav", bursts([0.3], 2.0))
    path = numbered_video(tmp_path / "x.mp4", frames=50, extra=("-i", other), mux=("-c:a", "aac"))
    result = shift_audio(probe(path), 0.2, tmp_path / "y.mp4", audio=probe(sound))
    assert result.sound == "encoded"
    assert find_bursts(sound_of(tmp_path / "y.mp4"), 16_000) == pytest.approx(TIMES + 0.2, abs=0.0012)


def test_all_sound_streams_move(tmp_path: Path, sound: Path) -> None:
    path = tmp_path / "x.mkv"
    picture = numbered_video(tmp_path / "p.mkv", frames=50)
    ffmpeg(
        "-i",
        picture,
        "-i",
        sound,
        "-map",
        "0",
        "-map",
        "1",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-c:a",
        "flac",
        path,
    )
    shift_audio(probe(path), 0.1, tmp_path / "y.mkv")
    moved = probe(tmp_path / "y.mkv")
    assert len(moved.audio) == 2
    for audio in moved.audio:
        assert find_bursts(sound_of(moved.path, Sound(audio.index)), 16_000) == pytest.approx(
            TIMES + 0.1, abs=0.0012
        )


def test_without_sound_there_is_nothing_to_move(tmp_path: Path) -> None:
    with pytest.raises(NoAudioStream):
        shift_audio(probe(numbered_video(tmp_path / "x.mp4", frames=5)), 0.1, tmp_path / "y.mp4")


def test_a_failure_leaves_nothing(tmp_path: Path, sound: Path) -> None:
    path = numbered_video(tmp_path / "x.mkv", frames=5, codec=("-c:v", "ffv1"), extra=("-i", sound))
    with pytest.raises(RenderFailed):
        shift_audio(probe(path), 0.1, tmp_path / "y.webm")
    assert [file.name for file in tmp_path.iterdir()] == ["x.mkv"]


@pytest.mark.one_in(7)
@pytest.mark.parametrize("share", [0.5, 1.0], ids=["middle", "end"])
@pytest.mark.parametrize(
    ("container", "video", "audio"),
    [
        ("mp4", X264, "aac"),
        ("mkv", X264, "flac"),
        ("ts", X264, "aac"),
        ("mpg", MPEG2, "mp2"),
        ("avi", AVI, "pcm_s16le"),
    ],
)
def test_a_disk_that_fills_on_the_way_is_named_and_left_clean(  # noqa: PLR0917
    tmp_path: Path,
    sound: Path,
    disk_of: Callable[[int], Path],
    container: str,
    video: tuple[str, ...],
    audio: str,
    share: float,
) -> None:
    """What ffmpeg keeps until the end is lost without an exit status that says so."""
    noisy = numbered_video(
        tmp_path / f"x.{container}",
        frames=50,
        codec=video,
        filters="noise=alls=30:allf=t",
        extra=("-i", sound),
        mux=("-c:a", audio),
    )
    output = tmp_path / f"y.{container}"
    shift_audio(probe(noisy), 0.1, output)
    disk = disk_of(int(share * output.stat().st_size) - 1)
    with pytest.raises(DiskFull, match="No space left") as raised:
        shift_audio(probe(noisy), 0.1, disk / output.name)
    assert raised.value.code == "render_failed"
    assert list(disk.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="lists processes through /proc")
@pytest.mark.parametrize("container", ["mkv", "avi"], ids=["copying", "encoding"])
def test_an_ffmpeg_that_dies_on_the_way_is_an_error_and_leaves_nothing(
    tmp_path: Path, sound: Path, container: str
) -> None:
    short = numbered_video(
        tmp_path / f"short.{container}", frames=50, codec=AVI, extra=("-i", sound), mux=("-c:a", "mp3")
    )
    # Long enough to be under way still when something of it has reached the disk.
    path = tmp_path / f"x.{container}"
    ffmpeg("-stream_loop", "1000", "-i", short, "-c", "copy", path)
    short.unlink()

    def kill(_stage: str, _fraction: float, /) -> None:
        if any(half.stat().st_size for half in tmp_path.glob(".*")):
            kill_ffmpeg("-progress")

    with pytest.raises(RenderFailed, match="signal 9") as raised:
        shift_audio(probe(path), 0.1, tmp_path / f"y.{container}", progress=kill)
    assert raised.value.code == "render_failed"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.one_in(5)
@pytest.mark.parametrize("suffix", [".mkv", ".mov", ".ts"])
@pytest.mark.parametrize("later", [0.1, -0.1])
def test_sound_whose_beginning_the_source_hides_keeps_its_place_in_other_containers(
    tmp_path: Path, suffix: str, later: float
) -> None:
    """An MP4's edit list leaves out what the AAC encoder puts before the sound; not all containers can."""
    path, output = talking(tmp_path / "x.mp4", burst=0.8), tmp_path / f"y{suffix}"
    (before,) = heard(path)
    assert "begin" not in {loss.code for loss in shift_audio(probe(path), later, output).losses}
    assert heard(output) == pytest.approx([before + later], abs=2e-3)


def test_packets_before_the_first_keyframe_are_copied(tmp_path: Path) -> None:
    whole, path = talking(tmp_path / "whole.mkv", seconds=3.0), tmp_path / "x.mkv"
    ffmpeg("-i", whole, "-map", "0", "-c", "copy", "-copyinkf", "-bsf:v", r"noise=drop='lt(n\,5)'", path)
    info = probe(path)
    shift_audio(info, 0.1, tmp_path / "y.mkv")
    assert frame_times(probe(tmp_path / "y.mkv")).seconds == pytest.approx(
        frame_times(info).seconds, abs=1e-6
    )


TONE = ("-f", "lavfi", "-t", "3", "-i", "sine=frequency=300")
NOISE = "scale=512:256:flags=neighbor,noise=alls=40:allf=t"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("later", [0.12, -0.12])
def test_a_program_stream_takes_mpeg_2_and_sound_encoded_for_it(tmp_path: Path, later: float) -> None:
    sound, path, output = tmp_path / "s.wav", tmp_path / "x.mp4", tmp_path / "y.mpg"
    sound_file(sound, bursts(TIMES.tolist(), 2.0))
    numbered_video(path, frames=50, codec=MPEG2, filters=NOISE, extra=("-i", sound), mux=("-c:a", "aac"))
    told = forewarned(path, None, RetimeOptions(mode="offset"), folder=tmp_path, suffix=".mpg")
    assert ("codec", 1) in {(loss.code, loss.stream) for loss in told}
    moved = shift_audio(probe(path), later, output)
    assert moved.sound == "encoded"
    assert set(moved.losses) <= set(told)
    assert heard(output) == pytest.approx((TIMES + later).tolist(), abs=8e-3)


def test_frames_that_share_a_time_in_a_program_stream_keep_their_own(tmp_path: Path) -> None:
    path, output = tmp_path / "x.mpg", tmp_path / "y.mpg"
    codec = (*MPEG2, "-bf", "2", "-g", "12")
    numbered_video(path, frames=75, codec=codec, filters="scale=720:576:flags=neighbor", extra=TONE)
    shift_audio(probe(path), 0.12, output)
    assert [number for _, number in shown(output)] == list(range(75))
    assert np.diff(frame_times(probe(output)).seconds) == pytest.approx(0.04, abs=1e-6)


def test_what_sound_loses_in_another_container_is_told_beforehand(tmp_path: Path) -> None:
    surround, path = ("-f", "lavfi", "-i", "sine=sample_rate=96000"), tmp_path / "x.mkv"
    sound = ("-af", "pan=5.1|FC=c0", "-c:a", "pcm_s32le")
    size = "scale=720:576:flags=neighbor"
    numbered_video(path, frames=50, codec=MPEG2, filters=size, extra=surround, mux=(*sound, "-shortest"))
    options = RetimeOptions(mode="offset")
    to_mpg = {loss.code for loss in forewarned(path, None, options, folder=tmp_path, suffix=".mpg")}
    assert {"codec", "channels", "sample_rate"} <= to_mpg
    to_mxf = {loss.code for loss in forewarned(path, None, options, folder=tmp_path, suffix=".mxf")}
    assert to_mxf >= {"depth", "sample_rate"}
    assert not to_mxf & {"codec", "channels"}


def test_a_program_stream_takes_no_other_picture(tmp_path: Path) -> None:
    info = probe(talking(tmp_path / "x.mp4"))
    with pytest.raises(RenderFailed, match=r"holds mpeg1video, mpeg2video, and the picture is h264"):
        forewarned(info.path, None, RetimeOptions(), folder=tmp_path, suffix=".mpg")
    with pytest.raises(RenderFailed, match="mpeg1video"):
        shift_audio(info, 0.1, tmp_path / "y.mpg")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]
    assert output_suffix(replace(info, container="mpeg")) == ".ts"
