"""Copies whose picture lasts longer or shorter than their source's, in the containers that they come in."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from liptune.core.dub.length import Length, showing_of
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.render import Rendered, render
from tests.core.media.inventory.whole import read_inventory
from tests.core.media.truth import shown
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 50
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-bf", "2", "-pix_fmt", "yuv420p")
SUBTITLES = "1\n00:00:00,200 --> 00:00:00,800\nfirst\n\n2\n00:00:01,600 --> 00:00:01,900\nlast\n"
KINDS = [
    (".mp4", (*X264, "-c:a", "aac", "-c:s", "mov_text")),
    (".mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le", "-c:s", "mov_text")),
    (".mkv", (*X264, "-c:a", "flac", "-c:s", "subrip")),
    (".avi", ("-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le")),
    (".ts", (*X264, "-c:a", "aac")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of two seconds in each container, with subtitles where it has a place for them; new sounds."""
    folder = tmp_path_factory.mktemp("clips")
    numbered_video(folder / "p.nut", frames=FRAMES, codec=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
    sound_file(folder / "old.wav", bursts([0.4, 1.5], FRAMES / 25))
    (folder / "text.srt").write_text(SUBTITLES)
    for seconds in (1.2, 3.0):
        sound_file(folder / f"{seconds}.wav", bursts([0.5, 1.0], seconds))
    for suffix, codecs in KINDS:
        text = ("-i", folder / "text.srt") if "-c:s" in codecs else ()
        ffmpeg("-i", folder / "p.nut", "-i", folder / "old.wav", *text, *codecs, folder / f"clip{suffix}")
    return folder


def drawn(folder: Path, suffix: str, seconds: float, output: Path) -> tuple[MediaInfo, Rendered]:
    info = probe(folder / f"clip{suffix}")
    video = require_video(info)
    showing = showing_of(frame_times(info), video, Length(seconds, "bounce"))
    lasting = replace(info, video=replace(video, duration_seconds=seconds))
    frames = showing.frames(info, raw_format(video), lambda: None)
    sound = probe(folder / f"{seconds}.wav")
    done = render(
        lasting, frames, output / f"out{suffix}", times=showing.times, audio=sound, keeps_sound=True,
        ends=showing.cut,
    )  # fmt: skip
    return info, done


@pytest.mark.one_in(5)
@pytest.mark.parametrize("suffix", [suffix for suffix, _ in KINDS])
def test_a_picture_that_goes_on(suffix: str, folder: Path, tmp_path: Path) -> None:
    info, done = drawn(folder, suffix, 3.0, tmp_path)
    moments, numbers = zip(*shown(done.path), strict=True)
    assert numbers == (*range(FRAMES), *range(48, 23, -1))
    np.testing.assert_allclose(moments, np.arange(75) / 25, atol=2e-3)
    made = probe(done.path)
    # Of a transport stream's last frame nothing says for how long it is shown.
    assert require_video(made).duration_seconds == pytest.approx(3.0, abs=0.05 if suffix == ".ts" else 0.02)
    assert made.audio[0].duration_seconds == pytest.approx(3.0, abs=0.06)
    assert len(read_inventory(done.path).of("subtitle")) == len(read_inventory(info.path).of("subtitle"))


@pytest.mark.one_in(4)
@pytest.mark.parametrize("suffix", [suffix for suffix, _ in KINDS])
def test_a_picture_that_ends_earlier_and_all_with_it(suffix: str, folder: Path, tmp_path: Path) -> None:
    _, done = drawn(folder, suffix, 1.2, tmp_path)
    moments, numbers = zip(*shown(done.path), strict=True)
    assert numbers == tuple(range(30))
    np.testing.assert_allclose(moments, np.arange(30) / 25, atol=2e-3)
    made = probe(done.path)
    assert require_video(made).duration_seconds == pytest.approx(1.2, abs=0.05 if suffix == ".ts" else 0.02)
    assert [each.duration_seconds for each in made.audio] == pytest.approx([1.2, 1.2], abs=0.07)
    assert made.duration_seconds == pytest.approx(1.2, abs=0.1)
    assert not {"end", "packets", "begin"} & {loss.code for loss in done.losses}
