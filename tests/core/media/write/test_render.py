import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.errors import Canceled, DiskFull, MediaError, RenderFailed
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.read.raw import RawFrame, read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.picture import describe_picture
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import picked, render, render_between, render_picks
from tests.core.media.read.test_audio import sound_of
from tests.media_factory import (
    bursts,
    ffmpeg,
    find_bursts,
    numbered_video,
    read_number,
    sound_file,
    talking,
    turned,
)

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt")
PRORES = ("-c:v", "prores_ks", "-profile:v")
VP9 = ("-c:v", "libvpx-vp9", "-crf", "10", "-b:v", "0", "-cpu-used", "8", "-pix_fmt", "yuv420p")
SVT = ("-c:v", "libsvtav1", "-preset", "10")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params")


def raw_frames(info: MediaInfo) -> Iterator[RawFrame]:
    return read_frames(info, raw_format(require_video(info)))


def numbers_of(info: MediaInfo) -> list[int]:
    layout = raw_format(require_video(info))
    shift = 2 if layout.name.endswith("10le") else 0
    return [read_number((layout.planes(frame)[0] >> shift).astype(np.uint8)) for frame in raw_frames(info)]


def wavering(count: int) -> NDArray[np.int64]:
    """A smooth walk of up to two frames about the identity, a few steps of it backwards."""
    at = np.arange(count)
    return np.clip(at + np.round(2 * np.sin(at / 2)).astype(np.int64), 0, count - 1)


def rendered(path: Path, output: Path) -> tuple[MediaInfo, MediaInfo]:
    """Renders a wavering copy and checks that each frame is the one picked, at its own time."""
    info = probe(path)
    times = frame_times(info)
    picks = wavering(len(times.ticks))
    assert render_picks(info, picks, output).frames == len(picks)
    copy = probe(output)
    assert frame_times(copy).seconds == pytest.approx(times.seconds, abs=1e-6)
    assert numbers_of(copy) == picks.tolist()
    # Matroska rounds both ends to milliseconds.
    assert require_video(copy).duration_seconds == pytest.approx(
        require_video(info).duration_seconds, abs=1.01e-3
    )
    assert list(output.parent.glob(".*")) == []
    return info, copy


@pytest.mark.slow
@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "50", "60", "2997/200"])
def test_constant_rates_keep_count_times_and_duration(tmp_path: Path, rate: str) -> None:
    path = numbered_video(tmp_path / "x.mp4", frames=40, rate=rate)
    info, copy = rendered(path, tmp_path / "y.mp4")
    assert require_video(copy).fps == require_video(info).fps
    assert frame_times(copy).time_base == frame_times(info).time_base


@pytest.mark.one_in(2)
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_variable_rate_keeps_count_times_and_duration(tmp_path: Path, container: str) -> None:
    timing = "settb=1/1000,setpts='N*33+6*mod(N,3)+2*mod(N,7)'"
    path = numbered_video(tmp_path / f"x.{container}", frames=40, rate="1000", filters=timing)
    rendered(path, tmp_path / f"y.{container}")


def test_frames_drawn_in_between_keep_count_and_times(tmp_path: Path) -> None:
    timing = "settb=1/1000,setpts='N*33+6*mod(N,3)+2*mod(N,7)'"
    info = probe(numbered_video(tmp_path / "x.mp4", frames=40, rate="1000", filters=timing))
    positions = np.minimum(0.5 * np.arange(40), 18)
    render_between(info, positions, tmp_path / "y.mp4")
    copy = probe(tmp_path / "y.mp4")
    assert frame_times(copy).seconds == pytest.approx(frame_times(info).seconds, abs=1e-6)
    assert numbers_of(copy)[::2] == positions[::2].tolist()


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codec", "family"),
    [
        ("x.mp4", (*X264, "yuv420p10le"), "h264"),
        ("x.mp4", (*X264, "yuv422p"), "h264"),
        ("x.mp4", (*X264, "yuvj420p"), "h264"),
        ("x.mp4", (*X265, "log-level=error", "-tag:v", "hvc1"), "hevc"),
        ("x.mov", (*PRORES, "1"), "prores"),
        ("x.webm", VP9, "vp9"),
        ("x.mkv", SVT, "av1"),
        ("x.avi", ("-c:v", "mpeg4", "-q:v", "2"), "h264"),
        ("x.ts", ("-c:v", "mpeg2video", "-q:v", "2"), "mpeg2video"),
        ("x.mkv", ("-c:v", "ffv1", "-pix_fmt", "yuv444p10le"), "ffv1"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1],
)
def test_codecs_come_back_in_their_family(
    tmp_path: Path, name: str, codec: tuple[str, ...], family: str
) -> None:
    path = numbered_video(tmp_path / name, frames=12, codec=codec)
    info, copy = rendered(path, tmp_path / f"copy-{name}")
    before, after = require_video(info), require_video(copy)
    assert after.codec == family
    assert after.pixel_format == before.pixel_format
    assert describe_picture(copy).colour.get("range") == describe_picture(info).colour.get("range")
    if family == "prores":
        assert describe_picture(copy).profile == "LT"
    if family == "hevc":
        assert describe_picture(copy).codec_tag == "hvc1"


def test_shape_is_kept(tmp_path: Path) -> None:
    plain = numbered_video(tmp_path / "plain.mp4", frames=10, filters="setsar=3/2")
    info, copy = rendered(turned(plain, tmp_path / "x.mp4", 90), tmp_path / "y.mp4")
    before, after = require_video(info), require_video(copy)
    assert (after.rotation, after.sample_aspect) == (90, before.sample_aspect)
    assert (after.width, after.height) == (before.width, before.height)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("fields", ["tff", "bff"])
@pytest.mark.parametrize(
    ("suffix", "codec"), [(".mp4", ("-c:v", "libx264", "-x264opts")), (".mkv", ("-c:v", "mpeg2video"))]
)
def test_fields_are_shown_in_the_sources_order(
    tmp_path: Path, suffix: str, codec: tuple[str, ...], fields: str
) -> None:
    """Each frame of two pictures, of which one would be shown before the other's time."""
    path = tmp_path / f"x{suffix}"
    woven = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=50", "-t", "0.4", "-vf", f"interlace=scan={fields}")
    ffmpeg(*woven, *codec, *([f"{fields}=1"] if "x264opts" in codec[-1] else []), "-flags", "+ildct", path)
    info = probe(path)
    copy = render_picks(info, np.arange(len(frame_times(info).ticks)), tmp_path / f"y{suffix}").path
    assert describe_picture(info).fields == describe_picture(probe(copy)).fields == fields


@pytest.mark.slow
def test_whole_frames_stay_whole(tmp_path: Path) -> None:
    _, copy = rendered(numbered_video(tmp_path / "x.mp4", frames=10), tmp_path / "y.mp4")
    assert describe_picture(copy).fields is None


def test_colour_and_hdr_metadata_are_kept(tmp_path: Path) -> None:
    hdr = (
        "log-level=error:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
        "L(10000000,50):max-cll=1000,400"
    )
    tags = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")
    path = numbered_video(tmp_path / "x.mp4", frames=5, codec=(*X265, hdr, "-pix_fmt", "yuv420p10le", *tags))
    info, copy = rendered(path, tmp_path / "y.mp4")
    assert describe_picture(copy).colour == describe_picture(info).colour
    assert describe_picture(copy).colour["color_trc"] == "smpte2084"
    assert describe_picture(copy).x265_hdr == describe_picture(info).x265_hdr != ()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("suffix", ["mp4", "mov"])
def test_a_picture_drawn_again_was_created_when_its_source_was(tmp_path: Path, suffix: str) -> None:
    created = ("-metadata", "creation_time=2020-01-02T03:04:05Z")
    path = numbered_video(tmp_path / f"x.{suffix}", frames=10, mux=created)
    _, copy = rendered(path, tmp_path / f"y.{suffix}")
    asked = ["ffprobe", "-v", "error", "-show_entries", "stream_tags=creation_time", "-of", "csv=p=0"]
    told = subprocess.run([*asked, str(copy.path)], check=True, capture_output=True, text=True).stdout
    assert told.strip() == "2020-01-02T03:04:05.000000Z"


def test_everything_else_is_copied(tmp_path: Path) -> None:
    subtitles, chapters = tmp_path / "x.srt", tmp_path / "x.ffmeta"
    subtitles.write_text("1\n00:00:00,200 --> 00:00:00,900\nhello\n")
    chapters.write_text(
        ";FFMETADATA1\ntitle=A title\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n"
    )
    sound = sound_file(tmp_path / "x.wav", bursts([0.5, 1.0], 1.6))
    path = numbered_video(
        tmp_path / "x.mkv",
        frames=40,
        extra=("-itsoffset", "0.2", "-i", sound, "-i", subtitles, "-i", chapters, "-map_metadata", "3"),
        mux=("-map", "0", "-map", "1", "-map", "1", "-map", "2", "-c:a", "flac"),
    )
    _, copy = rendered(path, tmp_path / "y.mkv")
    assert len(copy.audio) == 2
    assert find_bursts(sound_of(copy.path), 16_000) == pytest.approx(
        find_bursts(sound_of(path), 16_000), abs=1e-3
    )
    listed = tmp_path / "listed.ffmeta"
    ffmpeg("-i", copy.path, "-f", "ffmetadata", listed)
    assert "title=A title" in listed.read_text()
    assert "title=One" in listed.read_text()
    ffmpeg("-i", copy.path, "-map", "0:s", tmp_path / "y.srt")
    assert "hello" in (tmp_path / "y.srt").read_text()


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("audio", "codec"), [("wav", "aac"), ("m4a", "aac")])
def test_separate_sound_begins_with_the_picture(tmp_path: Path, audio: str, codec: str) -> None:
    sound = sound_file(tmp_path / f"s.{audio}", bursts([0.5, 1.0], 1.6))
    info = probe(numbered_video(tmp_path / "x.mp4", frames=40))
    output = tmp_path / "y.mp4"
    render(info, raw_frames(info), output, audio=probe(sound))
    assert require_audio(probe(output)).codec == codec
    assert find_bursts(sound_of(output), 16_000) == pytest.approx([0.5, 1.0], abs=0.002)


def test_planes_are_views_of_the_frame(tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "x.mp4", frames=5))
    layout = raw_format(require_video(info))

    def darkened() -> Iterator[RawFrame]:
        for frame in raw_frames(info):
            luma, *colours = layout.planes(frame)
            assert [plane.shape for plane in colours] == [(32, 64), (32, 64)]
            luma[:] = 30
            yield frame

    render(info, darkened(), tmp_path / "y.mp4")
    assert numbers_of(probe(tmp_path / "y.mp4")) == [0] * 5


def test_picked_holds_no_more_than_it_needs() -> None:
    picks = np.array([0, 0, 2, 1, 1, 4, 5, 3, 9])
    frames = (np.array([number], np.uint8) for number in range(8))
    assert [int(frame[0]) for frame in picked(frames, picks)] == [0, 0, 2, 1, 1, 4, 5, 3, 7]


def test_progress_ends_the_work_and_nothing_is_left(tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "x.mp4", frames=20))

    def cancel(stage: str, fraction: float, /) -> None:
        assert stage == "render"
        assert 0 <= fraction <= 1
        raise Canceled("canceled")

    with pytest.raises(Canceled):
        render(info, raw_frames(info), tmp_path / "y.mp4", progress=cancel)
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]


def test_too_few_frames_are_an_error(tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "x.mp4", frames=10))
    few = [frame for _, frame in zip(range(7), raw_frames(info), strict=False)]
    with pytest.raises(RenderFailed, match="7 frames"):
        render(info, few, tmp_path / "y.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A limit on file sizes stands for the disk: the kernel ends ffmpeg in mid-write."""
    info = probe(numbered_video(tmp_path / "x.mp4", frames=100, filters="noise=alls=60:allf=t"))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, unlimited[1]))
    try:
        with pytest.raises(RenderFailed):
            render(info, raw_frames(info), tmp_path / "y.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_a_disk_that_fills_at_the_very_end_is_noticed(
    container: str, tmp_path: Path, disk_of: Callable[[int], Path]
) -> None:
    """Every frame is there by then, but not what lets a player seek or, in MP4, play at all."""
    info = probe(talking(tmp_path / f"x.{container}"))
    picks = np.arange(50)
    render_picks(info, picks, tmp_path / f"y.{container}")
    disk = disk_of((tmp_path / f"y.{container}").stat().st_size - 1)
    with pytest.raises(DiskFull, match="No space left"):
        render_picks(info, picks, disk / f"y.{container}")
    assert list(disk.iterdir()) == []


def kill_ffmpeg(feature: str) -> None:
    """Kills this process's ffmpeg with ``feature`` among its arguments."""
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    for child in {child for tasks in listed for child in tasks.read_text().split()}:
        if feature in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
            os.kill(int(child), signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="lists processes through /proc")
@pytest.mark.parametrize("feature", ["matroska", "rawvideo"], ids=["encoder", "decoder"])
def test_a_dying_ffmpeg_is_an_error_and_leaves_nothing(feature: str, tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "x.mp4", frames=120, filters="scale=640:320"))

    def murdered() -> Iterator[RawFrame]:
        for number, frame in enumerate(raw_frames(info)):
            if number == 10:
                kill_ffmpeg(feature)
            yield frame

    with pytest.raises(MediaError) as raised:
        render(info, murdered(), tmp_path / "y.mp4")
    assert raised.value.code in {"render_failed", "media_unreadable"}
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]


def test_a_disk_that_is_full_is_named(small_disk: Path, tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "x.mp4", frames=100, filters="noise=alls=60:allf=t"))
    with pytest.raises(DiskFull, match="No space left"):
        render(info, raw_frames(info), small_disk / "y.mp4")
    with pytest.raises(DiskFull, match="No space left"):
        shift_audio(probe(talking(tmp_path / "t.mp4")), 0.1, fill(small_disk) / "y.mp4")
    assert [path.name for path in small_disk.iterdir()] == ["filled"]


def fill(disk: Path) -> Path:
    """Leaves no room on a disk."""
    with (disk / "filled").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return disk


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "x.mp4", frames=5))
    with pytest.raises(RenderFailed) as raised:
        render(info, raw_frames(info), tmp_path / "none" / "y.mp4")
    assert str(tmp_path) not in f"{raised.value.message} {raised.value.details}"
