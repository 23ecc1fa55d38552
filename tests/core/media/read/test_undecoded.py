"""Frames that do not decode are counted, and nothing else is."""

from pathlib import Path

import pytest

from liptune.core.media.probe.probe import probe
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.read.keyframe import begins_with_keyframe
from liptune.core.media.read.undecoded import undecoded_frames
from liptune.core.media.types import Undecoded
from tests.core.media.truth import damage
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 75
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-pix_fmt", "yuv420p")
MJPEG = ("-c:v", "mjpeg", "-q:v", "3")


def clip(path: Path, *codec: str) -> Path:
    sound = sound_file(path.with_name("s.wav"), bursts([1.0], 3.0))
    return numbered_video(path, frames=FRAMES, codec=codec, extra=("-i", sound))


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("x.mp4", H264),
        ("x.ts", H264),
        ("x.mkv", MJPEG),
        # Packets that show nothing, with times of their own.
        ("x.webm", ("-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-b:v", "300k")),
        (
            "x.ts",
            ("-c:v", "libx264", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p"),
        ),
    ],
)
def test_a_whole_file_has_none(tmp_path: Path, name: str, codec: tuple[str, ...]) -> None:
    info = probe(clip(tmp_path / name, *codec))
    assert begins_with_keyframe(info)
    assert undecoded_frames(info) is None


def test_a_damaged_frame_is_counted_and_ffmpeg_complains(tmp_path: Path) -> None:
    path = clip(tmp_path / "x.mkv", *MJPEG)
    for number in (20, 21, 50):
        damage(path, number)
    complaints: list[None] = []
    for _ in decode_frames(probe(path), side=64, colour="gray", complained=lambda: complaints.append(None)):
        pass
    assert complaints == [None]
    assert undecoded_frames(probe(path)) == Undecoded(3, FRAMES, 0.8)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp4", H264), ("mkv", H264), ("ts", H264), ("mkv", VP9), ("webm", VP9)]
)
def test_what_comes_before_the_first_keyframe_is_counted(
    tmp_path: Path, suffix: str, codec: tuple[str, ...]
) -> None:
    """Decoders leave that out without a word. Eight packets are gone: 67 are left, the first 17 in vain."""
    whole, path = clip(tmp_path / f"whole.{suffix}", *codec), tmp_path / f"x.{suffix}"
    ffmpeg("-i", whole, "-map", "0", "-c", "copy", "-copyinkf", "-bsf:v", r"noise=drop='lt(n\,8)'", path)
    info = probe(path)
    assert not begins_with_keyframe(info)
    assert undecoded_frames(info) == Undecoded(17, FRAMES - 8, 0.0)
