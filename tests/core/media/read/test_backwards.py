"""Frames read backwards are those that are read forwards."""

from pathlib import Path

import numpy as np
import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read import backwards
from liptune.core.media.read.backwards import read_backwards
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from tests.core.media.truth import damage
from tests.media_factory import numbered_video

FRAMES = 60
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-bf", "2", "-pix_fmt", "yuv420p")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "2")


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backwards, "STRETCH_BYTES", 0)
    monkeypatch.setattr(backwards, "FEWEST_FRAMES", 7)


def assert_reversed(path: Path, first: int, last: int) -> None:
    info = probe(path)
    layout, times = raw_format(require_video(info)), frame_times(info)
    forwards = list(read_frames(info, layout, times=times))
    back = list(read_backwards(info, layout, times, first, last))
    assert len(back) == first - last + 1
    assert all(np.array_equal(one, other) for one, other in zip(back, forwards[first::-1], strict=False))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("x.mp4", X264),
        ("x.mkv", X264),
        ("x.ts", X264),
        ("x.avi", ("-c:v", "mpeg4", "-q:v", "2", "-bf", "2")),
        ("x.mpg", MPEG2),
        ("x.mkv", ("-c:v", "ffv1", "-g", "1")),
    ],
)
def test_every_frame_comes_once(name: str, codec: tuple[str, ...], tmp_path: Path) -> None:
    path = numbered_video(tmp_path / name, frames=FRAMES, codec=codec)
    assert_reversed(path, FRAMES - 2, 3)
    assert_reversed(path, 5, 0)


def test_frames_that_come_at_odd_times(tmp_path: Path) -> None:
    path = numbered_video(
        tmp_path / "x.mkv", frames=FRAMES, codec=X264, filters="setpts=PTS+0.4*mod(N\\,3)/(25*TB)"
    )
    assert_reversed(path, FRAMES - 2, 0)


def test_frames_that_do_not_decode_are_those_before(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "x.avi", frames=FRAMES, codec=("-c:v", "huffyuv"))
    damage(path, 20)
    assert_reversed(path, 40, 10)
