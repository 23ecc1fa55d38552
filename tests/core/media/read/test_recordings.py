"""Recordings as they come: cut inside a group of pictures, damaged, spliced, with holes."""

from pathlib import Path

import pytest

from liptune.core.media.probe.probe import probe, require_audio, require_video
from tests.core.media.truth import analysed, damage, heard, shown
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FPS = 25
TIMES = (0.5, 0.9, 1.6, 2.3, 2.7)
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p")
OPEN_HEVC = (
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-x265-params",
    "log-level=error:keyint=20:open-gop=1",
)
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-g", "12")
DNXHD = ("-c:v", "dnxhd", "-b:v", "120M", "-pix_fmt", "yuv422p")
NOISY = ("-vf", "scale=512:256:flags=neighbor,noise=alls=40:allf=t")
TS = (*H264, "-c:a", "aac")
PS = (*MPEG2, "-c:a", "mp2")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """75 numbered frames, and bursts."""
    folder = tmp_path_factory.mktemp("parts")
    picture = numbered_video(folder / "p.nut", frames=75, mux=("-bf", "0"))
    return picture, sound_file(folder / "s.wav", bursts(TIMES, 3.0, 2))


def joined(parts: tuple[Path, Path], path: Path, *options: str, begin: float = 0.0) -> Path:
    """The parts from ``begin`` on in one file."""
    seek = ("-ss", str(begin))
    ffmpeg(*seek, "-i", parts[0], *seek, "-i", parts[1], "-vsync", "passthrough", *options, path)
    return path


def in_time(frames: list[tuple[float, int]], late: float = 0.0, first: int = 0) -> bool:
    """Whether frames from number ``first`` on are shown at their own time, ``late`` seconds later."""
    return all(
        moment == pytest.approx(number / FPS + late, abs=2e-3) for moment, number in frames if number > first
    )


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("suffix", "codecs"),
    [("ts", TS), ("ts", PS), ("mpg", (*NOISY, *PS)), ("ts", (*OPEN_HEVC, "-c:a", "ac3"))],
)
def test_a_recording_begins_inside_a_group_of_pictures(
    tmp_path: Path, parts: tuple[Path, Path], suffix: str, codecs: tuple[str, ...]
) -> None:
    content = joined(parts, tmp_path / f"whole.{suffix}", *codecs).read_bytes()
    unit, tables = {"ts": (188, 3), "mpg": (2048, 0)}[suffix]
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(content[: tables * unit] + content[unit * (len(content) // unit // 4) :])
    frames = shown(path)
    late = frames[-1][0] - 74 / FPS
    decoded = [frame for frame in frames if frame[1] < 75]
    assert 0 < decoded[0][1] < 50
    assert in_time(decoded, late, decoded[0][1])
    assert heard(path) == pytest.approx([t + late for t in TIMES if t + late > 0], abs=2e-3)
    assert analysed(path)[-1] == 74
    assert len(analysed(path)) == pytest.approx(FPS * (frames[-1][0] + 0.04), abs=1)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.mp4", (*H264, "-c:a", "aac")),
        ("x.mkv", ("-c:v", "mjpeg", "-q:v", "3", "-c:a", "flac")),
        ("x.mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le")),
        ("x.mkv", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")),
    ],
)
def test_a_damaged_packet_holds_the_frame_before(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...]
) -> None:
    path = joined(parts, tmp_path / name, *codecs)
    damage(path, 20)
    frames = shown(path)
    assert [moment for moment, _ in frames] == pytest.approx([n / FPS for n in range(75)], abs=2e-3)
    numbers = [number for _, number in frames]
    assert numbers[:19] == list(range(19))
    assert numbers[50:] == list(range(50, 75))
    assert numbers != list(range(75))


@pytest.mark.one_in(4)
@pytest.mark.parametrize(("suffix", "codecs"), [("ts", TS), ("mpg", PS), ("ts", (*H264, "-c:a", "ac3"))])
@pytest.mark.parametrize("begins", [(0.0, 3600.0), (3600.0, 0.0), (0.0, 0.0)])
def test_spliced_recordings(
    tmp_path: Path,
    parts: tuple[Path, Path],
    suffix: str,
    codecs: tuple[str, ...],
    begins: tuple[float, float],
) -> None:
    """The sound of the first ends 0.3 s early."""
    offset = "-output_ts_offset"
    one = joined(
        parts, tmp_path / f"a.{suffix}", *codecs, "-af", "atrim=end=1.1", "-t", "1.4", offset, str(begins[0])
    )
    two = joined(parts, tmp_path / f"b.{suffix}", *codecs, offset, str(begins[1]), begin=1.4)
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    info = probe(path)
    assert info.clock.jumps == 1
    assert require_video(info).duration_seconds == pytest.approx(3.0, abs=0.01)
    frames = shown(path)
    assert [number for _, number in frames] == list(range(75))
    assert in_time(frames)
    assert analysed(path) == list(range(75))
    assert heard(path) == pytest.approx(TIMES, abs=2e-3)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("suffix", "codecs"), [("ts", TS), ("mpg", PS), ("flv", (*TS, "-ar", "44100")), ("mkv", TS)]
)
def test_a_hole_in_the_sound_stays(
    tmp_path: Path, parts: tuple[Path, Path], suffix: str, codecs: tuple[str, ...]
) -> None:
    """The sound is away for 13 s, the picture stands still meanwhile."""
    path = tmp_path / f"x.{suffix}"
    ffmpeg(
        "-i", parts[0], "-i", parts[1], "-vsync", "passthrough",
        "-vf", "setpts='PTS+13/TB*gte(T,1.2)',fps=25", "-af", "asetpts='PTS+13/TB*gte(T,1.2)'", *codecs, path,
    )  # fmt: skip
    expected = [time + 13 * (time > 1.2) for time in TIMES]
    assert heard(path) == pytest.approx(expected, abs=3e-3)
    frames = shown(path)
    assert in_time(frames, 13.0, 30)
    assert require_audio(probe(path)).duration_seconds == pytest.approx(16.0, abs=0.1)


def test_a_hole_in_picture_and_sound_stays(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    path = tmp_path / "x.ts"
    late = "PTS+40/TB*gte(T,1.2)"
    ffmpeg(
        "-i", parts[0], "-i", parts[1], "-vsync", "passthrough",
        "-vf", f"setpts='{late}'", "-af", f"asetpts='{late}'", *TS, path,
    )  # fmt: skip
    assert heard(path) == pytest.approx([time + 40 * (time > 1.2) for time in TIMES], abs=3e-3)
    assert in_time(shown(path), 40.0, 30)
    assert len(analysed(path)) == pytest.approx(43 * FPS, abs=1)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("suffix", "codecs"),
    [
        ("mp4", TS),
        ("webm", ("-c:v", "libvpx", "-c:a", "libopus")),
        ("ts", PS),
        ("avi", ("-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le")),
    ],
)
def test_sound_that_outlasts_the_picture_is_all_there(
    tmp_path: Path, parts: tuple[Path, Path], suffix: str, codecs: tuple[str, ...]
) -> None:
    path = joined(parts, tmp_path / f"x.{suffix}", "-vf", "select='lt(t,1.0)'", *codecs)
    info = probe(path)
    assert require_audio(info).start_seconds + require_audio(info).duration_seconds == pytest.approx(
        require_video(info).start_seconds + 3.0, abs=0.05
    )
    assert heard(path) == pytest.approx(TIMES, abs=8e-3)
    assert len(analysed(path)) == 25


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.mxf", ("-s", "720x576", *MPEG2, "-c:a", "pcm_s24le")),
        ("y.mxf", ("-s", "1920x1080", *DNXHD, "-c:a", "pcm_s16le")),
        ("x.avi", ("-c:v", "mpeg4", "-bf", "2", "-q:v", "2", "-c:a", "pcm_s16le")),
        ("y.avi", (*H264, "-c:a", "pcm_s16le")),
    ],
)
def test_containers_without_times_are_exact_to_the_frame(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...]
) -> None:
    path = joined(parts, tmp_path / name, "-af", "adelay=120:all=1", *codecs)
    frames = shown(path)
    assert [number for _, number in frames] == list(range(75))
    assert in_time(frames)
    assert analysed(path)[:75] == list(range(75))
    assert heard(path) == pytest.approx([time + 0.12 for time in TIMES], abs=2e-3)
