from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liptune.core.dub.length import Length, Showing, length_of, showing_of
from liptune.core.errors import InvalidOption, SoundTooLong
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.laying import laid
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.options import DubOptions
from tests.media_factory import ffmpeg, numbered_video, read_number

FRAMES = 50
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "20", "-pix_fmt", "yuv420p")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of numbered frames, and sounds of other lengths."""
    folder = tmp_path_factory.mktemp("lengths")
    numbered_video(folder / "picture.mp4", frames=FRAMES, codec=X264)
    for seconds in (1.3, 2, 2.05, 3, 4, 5, 61):
        ffmpeg("-f", "lavfi", "-i", f"sine=duration={seconds}:sample_rate=8000", folder / f"{seconds}.wav")
    return folder


def found(folder: Path, seconds: float, **options: Any) -> tuple[Length, MediaInfo]:
    picture = probe(folder / "picture.mp4")
    sound = laid(probe(folder / f"{seconds}.wav"), picture, "picture")
    return length_of(sound, picture, DubOptions(**options)), picture


def shown(folder: Path, seconds: float, **options: Any) -> tuple[Showing, list[int]]:
    """What is shown, and the numbers of the frames that come."""
    length, picture = found(folder, seconds, **options)
    video = require_video(picture)
    showing, layout = showing_of(frame_times(picture), video, length), raw_format(video)
    frames = showing.frames(picture, layout, lambda: None)
    return showing, [read_number(layout.planes(frame)[0].astype(np.uint8)) for frame in frames]


@pytest.mark.one_in(5)
@pytest.mark.parametrize(
    ("seconds", "length", "frames"),
    [
        (1.3, "picture", 50),
        (1.3, "sound", 33),
        (1.3, "shortest", 33),
        (2, "sound", 50),
        (2.05, "sound", 50),
        (3, "picture", 50),
        (3, "shortest", 50),
        (3, "sound", 75),
        (4, "sound", 100),
    ],
)
@pytest.mark.parametrize("fill", ["hold", "loop", "bounce"])
def test_the_copy_has_the_frames_that_begin_before_its_end(
    seconds: float, length: str, frames: int, fill: str, folder: Path
) -> None:
    showing, numbers = shown(folder, seconds, length=length, fill=fill)
    assert len(numbers) == len(showing.times.ticks) == len(showing.shown) == frames
    assert numbers == showing.shown.tolist()
    assert numbers[:FRAMES] == list(range(min(FRAMES, frames)))
    np.testing.assert_allclose(showing.times.seconds, np.arange(frames) / 25, atol=1e-6)
    assert showing.duration_seconds == pytest.approx(frames / 25)
    assert showing.cut is (frames < FRAMES)


@pytest.mark.parametrize(
    ("fill", "added"),
    [
        ("hold", [49] * 25),
        ("loop", list(range(25))),
        ("bounce", list(range(48, 23, -1))),
    ],
)
def test_what_is_shown_after_the_last_frame(fill: str, added: list[int], folder: Path) -> None:
    assert shown(folder, 3, length="sound", fill=fill)[1][FRAMES:] == added


def test_a_frame_that_is_changed_changes_no_other(folder: Path) -> None:
    for fill in ("hold", "loop", "bounce"):
        length, picture = found(folder, 3, length="sound", fill=fill)
        video = require_video(picture)
        showing, layout = showing_of(frame_times(picture), video, length), raw_format(video)
        for number, frame in zip(showing.shown, showing.frames(picture, layout, lambda: None), strict=True):
            assert read_number(layout.planes(frame)[0].astype(np.uint8)) == number
            frame[:] = 0


def test_frames_at_odd_times_go_on_at_their_rate(folder: Path, tmp_path: Path) -> None:
    odd = numbered_video(
        tmp_path / "odd.mkv", frames=FRAMES, codec=X264, filters="setpts=PTS+0.4*mod(N\\,3)/(25*TB)"
    )
    picture = probe(odd)
    video = require_video(picture)
    own = frame_times(picture)
    for fill in ("hold", "loop", "bounce"):
        showing = showing_of(own, video, Length(video.duration_seconds + 25 / float(video.fps), fill))
        assert len(showing.shown) == FRAMES + 25
        assert (np.diff(showing.times.ticks) > 0).all()
        np.testing.assert_array_equal(showing.times.ticks[:FRAMES], own.ticks)
        np.testing.assert_allclose(np.diff(showing.times.seconds[FRAMES:]), 1 / float(video.fps), atol=2e-3)
        assert showing.times.time_base == Fraction(1, 1000)


@pytest.mark.parametrize(
    ("seconds", "options", "told"),
    [
        (3, {"length": "sound"}, (Lost.PICTURE_ADDED, "1.0 s: its last frame is held")),
        (3, {"length": "sound", "fill": "bounce"}, (Lost.PICTURE_ADDED, "1.0 s: it is shown backwards")),
        (1.3, {"length": "shortest"}, (Lost.PICTURE_CUT, "0.7")),
        (1.3, {"length": "picture"}, None),
        (3, {"length": "shortest"}, None),
        (2.05, {"length": "sound"}, None),
    ],
)
def test_what_is_added_or_cut_is_told(
    seconds: float, options: dict[str, Any], told: tuple[Lost, str] | None, folder: Path
) -> None:
    length, picture = found(folder, seconds, **options)
    rows = [(each.kind, each.what) for each in length.lost(picture)]
    if told is None:
        assert rows == []
    else:
        ((kind, what),) = rows
        assert kind is told[0]
        assert what.startswith(told[1])


def test_no_more_is_added_than_there_is(folder: Path) -> None:
    with pytest.raises(
        SoundTooLong, match=r"lasts 3\.0 s longer than the picture, which can go on for 2\.0 s"
    ):
        found(folder, 5, length="sound")
    with pytest.raises(SoundTooLong):
        found(folder, 61, length="sound", fill="loop")
    assert found(folder, 61, length="shortest")[0] == Length()


def test_a_start_after_the_end_is_wrong(folder: Path) -> None:
    with pytest.raises(InvalidOption, match="start"):
        found(folder, 1.3, length="sound", start=1.5)
    assert found(folder, 1.3, length="sound", start=1.0)[0].seconds == pytest.approx(1.32)
