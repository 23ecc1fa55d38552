import logging
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.errors import MediaTooLong, MediaUnreadable, NoVideoStream
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.decode import Colour, decode_frames
from liptune.core.media.types import MediaInfo, MediaLimits, Region
from tests.media_factory import WIDTH, bursts, ffmpeg, numbered_video, read_number, sound_file, turned


def frames_of(path: Path, side: int = WIDTH, colour: Colour = "gray") -> NDArray[np.uint8]:
    return np.concatenate([batch.frames for batch in decode_frames(probe(path), side=side, colour=colour)])


def assert_nearest(path: Path, shown_at: NDArray[np.float64]) -> None:
    """Every analysis frame is the source frame nearest in time, and the picture is all there."""
    numbers = np.array([read_number(frame) for frame in frames_of(path)])
    wanted = np.arange(len(numbers)) / 25
    errors = shown_at[numbers] - wanted
    nearest = np.abs(shown_at[None] - wanted[:, None]).min(axis=1)
    frame = np.diff(shown_at).mean()
    assert np.abs(errors) == pytest.approx(nearest, abs=0.001)
    assert abs(errors.mean()) < 0.0025
    assert abs(len(numbers) - 25 * (shown_at[-1] + frame)) <= 1


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("rate", "container"),
    [
        ("15", "mp4"),
        ("24000/1001", "mkv"),
        ("25", "mp4"),
        ("30000/1001", "mp4"),
        ("30000/1001", "mkv"),
        ("50", "mp4"),
        ("60", "mkv"),
    ],
)
def test_constant_rates(tmp_path: Path, rate: str, container: str) -> None:
    frames = round(2 * Fraction(rate))
    path = numbered_video(tmp_path / f"x.{container}", frames=frames, rate=rate)
    video = require_video(probe(path))
    assert video.fps == Fraction(rate)
    assert video.duration_seconds == pytest.approx(frames / Fraction(rate), abs=2e-3)
    assert_nearest(path, np.arange(frames) / float(Fraction(rate)))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("container", ["mov", "avi", "ts", "flv"])
def test_containers(tmp_path: Path, container: str) -> None:
    path = numbered_video(tmp_path / f"x.{container}", frames=45, rate="30000/1001", mux=("-bf", "0"))
    assert require_video(probe(path)).fps == Fraction(30000, 1001)
    assert_nearest(path, np.arange(45) * 1.001 / 30)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_variable_rate(tmp_path: Path, container: str) -> None:
    path = numbered_video(
        tmp_path / f"x.{container}",
        frames=80,
        rate="1000",
        filters="settb=1/1000,setpts='N*33+6*mod(N,3)+2*mod(N,7)'",
    )
    number = np.arange(80)
    assert float(require_video(probe(path)).fps) == pytest.approx(1 / 0.033, rel=0.03)
    assert_nearest(path, (number * 33 + 6 * (number % 3) + 2 * (number % 7)) / 1000)


def test_a_long_hold_is_shown_until_it_ends(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "x.mkv", frames=50, filters="setpts='round((N+25*gte(N,10))/25/TB)'")
    numbers = [read_number(frame) for frame in frames_of(path)]
    assert numbers[:10] == list(range(10))
    assert set(numbers[10:34]) == {9}
    assert numbers[35:] == list(range(10, 50))


def test_batches_are_consecutive_and_bounded(clip: Path) -> None:
    batches = list(decode_frames(probe(clip), side=WIDTH, colour="gray", batch=16))
    assert [batch.first for batch in batches] == [0, 16, 32, 48]
    assert [len(batch.frames) for batch in batches] == [16, 16, 16, 2]
    assert [read_number(frame) for batch in batches for frame in batch.frames] == list(range(50))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_applied(tmp_path: Path, clip: Path, degrees: int) -> None:
    upright = frames_of(clip)
    shown = frames_of(turned(clip, tmp_path / "turned.mp4", degrees))
    expected = np.rot90(upright, -degrees // 90, axes=(1, 2))
    assert shown.shape == expected.shape
    assert np.abs(shown.astype(float) - expected).mean() < 2


@pytest.mark.parametrize(
    ("filters", "side", "size"),
    [
        ("null", 1000, (128, 64)),
        ("setsar=3/2", 96, (96, 32)),
        ("scale=127:63", 33, (33, 16)),
    ],
)
def test_sizes(tmp_path: Path, filters: str, side: int, size: tuple[int, int]) -> None:
    path = numbered_video(
        tmp_path / "x.mkv", frames=4, filters=f"{filters},format=yuv444p", codec=("-c:v", "ffv1")
    )
    layouts: tuple[tuple[Colour, tuple[int, ...]], ...] = (("gray", ()), ("rgb", (3,)))
    for colour, channels in layouts:
        batches = list(decode_frames(probe(path), side=side, colour=colour))
        assert batches[0].frames.shape == (4, size[1], size[0], *channels)
        assert batches[0].scale == pytest.approx(size[0] / require_video(probe(path)).width)
    assert [read_number(frame) for frame in frames_of(path, side)] == [0, 1, 2, 3]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le", "yuvj420p", "gbrp", "gray"])
def test_pixel_formats_agree_on_luma(tmp_path: Path, pixels: str) -> None:
    path = numbered_video(tmp_path / "x.mkv", frames=3, filters=f"format={pixels}", codec=("-c:v", "ffv1"))
    reference = numbered_video(tmp_path / "y.mkv", frames=3, filters="format=gray", codec=("-c:v", "ffv1"))
    assert np.abs(frames_of(path).astype(int) - frames_of(reference)).max() <= 3


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    path = tmp_path / "red.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=c=0xF02010:s=64x64:r=25", "-frames:v", "2", "-c:v", "ffv1", path)
    assert np.abs(frames_of(path, 64, "rgb").reshape(-1, 3).mean(axis=0) - (0xF0, 0x20, 0x10)).max() < 4


def test_ten_bit_hdr_becomes_eight_bits(tmp_path: Path) -> None:
    path = numbered_video(
        tmp_path / "x.mp4",
        frames=5,
        codec=("-c:v", "libx265", "-preset", "ultrafast",
               "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le",
               "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
    )  # fmt: skip
    assert require_video(probe(path)).pixel_format == "yuv420p10le"
    assert [read_number(frame) for frame in frames_of(path)] == [0, 1, 2, 3, 4]


def test_one_pixel(tmp_path: Path) -> None:
    path = tmp_path / "one.mkv"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=1x1:r=25",
        "-frames:v",
        "3",
        "-pix_fmt",
        "yuv444p",
        "-c:v",
        "ffv1",
        path,
    )
    assert frames_of(path).shape == (3, 1, 1)


def test_no_picture(tmp_path: Path) -> None:
    wav = sound_file(tmp_path / "x.wav", bursts([0.2], 0.5))
    with pytest.raises(NoVideoStream):
        next(decode_frames(probe(wav), side=64, colour="gray"))


def test_a_damaged_tail_is_left_out_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = numbered_video(tmp_path / "x.mp4", frames=50, mux=("-g", "1", "-movflags", "faststart"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with caplog.at_level(logging.WARNING):
        numbers = [read_number(frame) for frame in frames_of(path)]
    assert 10 < len(numbers) < 35
    assert numbers[:10] == list(range(10))
    assert "damaged" in caplog.text


def test_nothing_decodable_is_unreadable(tmp_path: Path, clip: Path) -> None:
    ffmpeg("-i", clip, "-c", "copy", "-movflags", "faststart", tmp_path / "x.mp4")
    content = bytearray((tmp_path / "x.mp4").read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    (tmp_path / "x.mp4").write_bytes(content)
    with pytest.raises(MediaUnreadable) as raised:
        frames_of(tmp_path / "x.mp4")
    assert raised.value.details["stderr"]
    assert str(tmp_path) not in str(raised.value.details)


def test_decoding_stops_at_the_limit_whatever_the_header_said(clip: Path) -> None:
    frames = decode_frames(probe(clip), side=64, colour="gray", batch=10, limits=MediaLimits(seconds=0.5))
    with pytest.raises(MediaTooLong):
        list(frames)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_region_is_cut_out_of_the_picture_as_it_is_shown(tmp_path: Path, degrees: int) -> None:
    """The quarters of the picture have a gray each; pixels are twice as wide as high."""
    path = tmp_path / "quarters.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "nullsrc=s=64x64:r=25:d=0.2",
        "-vf", "geq=lum='40+40*gte(X,32)+80*gte(Y,32)':cb=128:cr=128,setsar=2,format=yuv420p",
        "-c:v", "libx264", "-crf", "1", path,
    )  # fmt: skip
    info = probe(turned(path, tmp_path / "turned.mp4", degrees) if degrees else path)
    assert info.video is not None
    width, height = info.video.width, info.video.height
    assert sorted((width, height)) == [64, 128]
    quarters = [
        _gray(info, Region(x, y, width // 2, height // 2)) for y in (0, height // 2) for x in (0, width // 2)
    ]
    shown = np.rot90(np.array([[40, 80], [120, 160]]), -degrees // 90)
    assert quarters == pytest.approx(list((shown.ravel() - 16) * 255 / 219), abs=3)  # studio to full range


def _gray(info: MediaInfo, region: Region) -> float:
    (batch,) = decode_frames(info, side=480, colour="gray", region=region)
    assert batch.frames.shape[1:] == (region.height, region.width)
    return float(batch.frames[:, 4:-4, 4:-4].mean())
