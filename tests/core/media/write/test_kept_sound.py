"""A new sound before the old one, in the containers that results come in."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from liptune.core.errors import RenderFailed
from liptune.core.media.inventory.read import read_headers
from liptune.core.media.inventory.types import Stream
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.raw import read_frames
from liptune.core.media.sounds import Sound
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.render import Rendered, render
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import DubOptions
from tests.core.media.truth import RATE
from tests.media_factory import bursts, ffmpeg, find_bursts, numbered_video, sound_file

FRAMES = 50
OLD, NEW = [0.4, 1.5], [0.8, 1.1, 1.7]
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
LANGUAGE = ("-metadata:s:a:0", "language=deu")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Numbered frames, the old sound and the new."""
    folder = tmp_path_factory.mktemp("parts")
    picture = numbered_video(folder / "p.nut", frames=FRAMES, codec=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
    old = sound_file(folder / "old.wav", bursts(OLD, FRAMES / 25, 2))
    return picture, old, sound_file(folder / "new.wav", bursts(NEW, FRAMES / 25, 1))


def drawn(info: MediaInfo, sound: Path, output: Path) -> Rendered:
    with closing(read_frames(info, raw_format(require_video(info)))) as frames:
        return render(info, frames, output, audio=probe(sound), keeps_sound=True)


def heard(path: Path, stream: int) -> list[float]:
    """When the bursts of a stream are heard, in seconds since the picture's start."""
    info = probe(path)
    begin = require_video(info).start_seconds
    chunks = decode_audio(info, origin_seconds=begin, sound=Sound(stream))
    return find_bursts(np.concatenate(list(chunks)), RATE)


def title(stream: Stream) -> str | None:
    """MP4 and QuickTime keep it as the name of the track's handler."""
    return stream.title or stream.tags.get("handler_name")


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("source", "suffix", "codecs"),
    [
        (".mp4", ".mp4", (*X264, "-c:a", "aac")),
        (".mov", ".mov", (*X264, "-c:a", "pcm_s16le")),
        (".mkv", ".mkv", (*X264, "-c:a", "aac")),
        (".mkv", ".mp4", (*X264, "-c:a", "aac")),
        (".avi", ".avi", ("-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le")),
        (".ts", ".ts", (*X264, "-c:a", "aac")),
    ],
)
def test_both_are_heard_when_they_were(
    source: str, suffix: str, codecs: tuple[str, ...], parts: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    picture, old, new = parts
    ffmpeg("-i", picture, "-i", old, *codecs, *LANGUAGE, tmp_path / f"clip{source}")
    info = probe(tmp_path / f"clip{source}")
    told = forewarned(info.path, new, DubOptions(keep_audio=True), folder=tmp_path, suffix=suffix)
    done = drawn(info, new, tmp_path / f"out{suffix}")
    assert done.losses == told
    assert not any("Sound stream" in loss.message for loss in told)
    first, second = probe(done.path).audio
    assert heard(done.path, first.index) == pytest.approx(NEW, abs=3e-3)
    assert heard(done.path, second.index) == pytest.approx(OLD, abs=3e-3)
    assert require_audio(probe(done.path)) == first
    sounds = read_headers(done.path).of("audio")
    before = read_headers(info.path).of("audio")[0]
    assert [each.language for each in sounds] == [None, before.language]
    if suffix not in {".avi", ".ts"}:
        assert ["default" in each.dispositions for each in sounds] == [True, False]
        assert [title(each) for each in sounds] == ["Dub", "Original"]


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("suffix", "name"), [(".mp4", "handler_name"), (".mov", "handler_name"), (".mkv", "title")]
)
def test_a_title_of_its_own_stays(
    suffix: str, name: str, parts: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    picture, old, new = parts
    path = tmp_path / f"clip{suffix}"
    ffmpeg("-i", picture, "-i", old, *X264, "-c:a", "aac", "-metadata:s:a:0", f"{name}=Studio", path)
    done = drawn(probe(path), new, tmp_path / f"out{suffix}")
    assert [title(each) for each in read_headers(done.path).of("audio")] == ["Dub", "Studio"]


def test_a_silent_video_has_the_new_sound_alone(parts: tuple[Path, Path, Path], tmp_path: Path) -> None:
    picture, _, new = parts
    ffmpeg("-i", picture, *X264, tmp_path / "clip.mp4")
    done = drawn(probe(tmp_path / "clip.mp4"), new, tmp_path / "out.mp4")
    (only,) = probe(done.path).audio
    assert heard(done.path, only.index) == pytest.approx(NEW, abs=3e-3)


def test_flv_has_no_place_for_two(parts: tuple[Path, Path, Path], tmp_path: Path) -> None:
    picture, old, new = parts
    ffmpeg("-i", picture, "-i", old, *X264, "-c:a", "aac", tmp_path / "clip.flv")
    options = DubOptions(keep_audio=True)
    with pytest.raises(RenderFailed, match="one sound"):
        forewarned(tmp_path / "clip.flv", new, options, folder=tmp_path)
    assert forewarned(tmp_path / "clip.flv", new, options, folder=tmp_path, suffix=".mkv") is not None


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_new_sound_that_is_encoded_is_called_new(
    suffix: str, parts: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    picture, old, new = parts
    ffmpeg("-i", picture, "-i", old, *X264, "-c:a", "aac", tmp_path / f"clip{suffix}")
    told = forewarned(tmp_path / f"clip{suffix}", new, DubOptions(), folder=tmp_path)
    sentences = [(each.code, each.stream, each.message) for each in told]
    encoded = ("codec", None, "The new sound (pcm_s16le) is encoded anew as aac")
    assert sentences == ([encoded] if suffix == ".mp4" else [])


def test_frames_are_untouched(parts: tuple[Path, Path, Path], tmp_path: Path) -> None:
    picture, old, new = parts
    ffmpeg("-i", picture, "-i", old, "-c:v", "ffv1", "-c:a", "pcm_s16le", tmp_path / "clip.mkv")
    info = probe(tmp_path / "clip.mkv")
    done = drawn(info, new, tmp_path / "out.mkv")
    layout = raw_format(require_video(info))
    pairs = zip(read_frames(info, layout), read_frames(probe(done.path), layout), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)
