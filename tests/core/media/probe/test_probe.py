import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from liptune.core.errors import (
    MediaError,
    MediaTooLarge,
    MediaTooLong,
    MediaUnreadable,
    NoAudioStream,
    NoVideoStream,
)
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.types import MediaLimits
from tests.core.media.write.test_data_tracks import with_captions
from tests.media_factory import HEIGHT, WIDTH, bursts, ffmpeg, numbered_video, sound_file, turned


def test_names_the_facts(clip: Path) -> None:
    info = probe(clip)
    assert info.bytes == clip.stat().st_size
    assert "mp4" in info.container.split(",")
    assert info.duration_seconds == pytest.approx(2.0, abs=0.03)
    video = require_video(info)
    assert (video.codec, video.width, video.height) == ("h264", WIDTH, HEIGHT)
    assert (video.fps, video.sample_aspect) == (Fraction(25), Fraction(1))
    assert (video.frames, video.rotation) == (50, 0)
    assert video.duration_seconds == pytest.approx(2.0)
    audio = require_audio(info)
    assert (audio.codec, audio.sample_rate, audio.channels) == ("aac", 48_000, 1)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_swaps_the_displayed_size(tmp_path: Path, clip: Path, degrees: int) -> None:
    video = require_video(probe(turned(clip, tmp_path / "turned.mp4", degrees)))
    assert video.rotation == degrees
    expected = (WIDTH, HEIGHT) if degrees == 180 else (HEIGHT, WIDTH)
    assert (video.width, video.height) == expected
    assert (video.coded_width, video.coded_height) == (WIDTH, HEIGHT)


def test_sample_aspect_widens_the_displayed_size(tmp_path: Path) -> None:
    video = require_video(probe(numbered_video(tmp_path / "x.mp4", frames=5, filters="setsar=3/2")))
    assert video.sample_aspect == Fraction(3, 2)
    assert (video.width, video.height) == (WIDTH * 3 // 2, HEIGHT)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("live.mkv", ["-c", "copy", "-live", "1"]),
        ("raw.h264", ["-c:v", "copy", "-an"]),
        ("fragmented.mp4", ["-c", "copy", "-movflags", "frag_keyframe+empty_moov"]),
        ("stream.ts", ["-c", "copy"]),
        ("x.flv", ["-c", "copy"]),
    ],
)
def test_duration_without_a_header_that_tells(
    tmp_path: Path, clip: Path, name: str, arguments: list[str]
) -> None:
    output = tmp_path / name
    ffmpeg("-i", clip, *arguments, output)
    assert require_video(probe(output)).duration_seconds == pytest.approx(2.0, abs=0.05)


def test_a_browsers_rate_of_1000_is_counted_instead(tmp_path: Path) -> None:
    path = numbered_video(
        tmp_path / "x.mkv", frames=40, rate="1000", filters="settb=1/1000,setpts='N*40+8*mod(N,3)'"
    )
    assert float(require_video(probe(path)).fps) == pytest.approx(25, rel=0.03)


def test_cover_art_is_not_a_picture(tmp_path: Path, clip: Path) -> None:
    cover, output = tmp_path / "cover.jpg", tmp_path / "song.mp3"
    ffmpeg("-i", clip, "-frames:v", "1", cover)
    ffmpeg("-i", clip, "-i", cover, "-map", "0:a", "-map", "1", "-c:v", "copy", "-id3v2_version", "3", output)
    with pytest.raises(NoVideoStream):
        require_video(probe(output))


def test_audio_only_and_video_only(tmp_path: Path, clip: Path) -> None:
    wav = sound_file(tmp_path / "x.wav", bursts([0.2], 0.5))
    info = probe(wav)
    assert require_audio(info).duration_seconds == pytest.approx(0.5)
    with pytest.raises(NoVideoStream):
        require_video(info)
    with pytest.raises(NoAudioStream):
        require_audio(probe(numbered_video(tmp_path / "x.mp4", frames=5)))


def test_the_default_audio_stream_is_chosen(tmp_path: Path, clip: Path) -> None:
    output = tmp_path / "two.mkv"
    ffmpeg(
        "-i", clip, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy",
        "-disposition:a:0", "0", "-disposition:a:1", "default", output,
    )  # fmt: skip
    info = probe(output)
    assert [audio.index for audio in info.audio] == [1, 2]
    assert require_audio(info).index == 2
    assert require_audio(info, 1).index == 1
    with pytest.raises(NoAudioStream, match="index 7"):
        require_audio(info, 7)
    unmarked = replace(info, audio=tuple(replace(audio, default=False) for audio in info.audio))
    assert require_audio(unmarked).index == 1


@pytest.mark.parametrize(
    "name",
    ["-y.mp4", "a b.mp4", "a:b.mp4", "http:x.mp4", 'it\'s "x".mp4', "a\nb.mp4", "%03d.mp4", "[x];$(y).mp4"],
)
def test_hostile_names_are_only_names(
    tmp_path: Path, clip: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(clip.read_bytes())
    for path in (Path(name), tmp_path / name, tmp_path / "sub" / ".." / name):
        (tmp_path / "sub").mkdir(exist_ok=True)
        assert require_video(probe(path)).frames == 50


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("text.mp4", b"hello, this is text\n"),
        ("text", b"1\n00:00:00,000 --> 00:00:01,000\nsubtitles\n"),
        ("random.mp4", None),
        ("page.mp4", b"<html><body>404</body></html>"),
        ("list.mp4", b"ffconcat version 1.0\nfile clip.mp4\n"),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nclip.mp4\n#EXT-X-ENDLIST\n"),
        ("list", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"),
        ("x.sdp", b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n"),
        ("x.mpd", b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>'),
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("x.ass", b"[Script Info]\nScriptType: v4.00+\n\n[Events]\n"),
    ],
)
def test_what_is_not_media_is_unreadable(
    tmp_path: Path, clip: Path, name: str, content: bytes | None
) -> None:
    (tmp_path / "clip.mp4").write_bytes(clip.read_bytes())
    path = tmp_path / name
    path.write_bytes(np.random.default_rng(0).bytes(200_000) if content is None else content)
    with pytest.raises(MediaUnreadable) as raised:
        probe(path)
    assert str(tmp_path) not in f"{raised.value.message} {raised.value.details}"


def test_missing_files_folders_and_devices(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp4", tmp_path, Path("/dev/zero")):
        with pytest.raises(MediaUnreadable):
            probe(path)


def test_a_truncated_file_says_what_ffmpeg_says(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    with pytest.raises(MediaUnreadable, match="cannot be read as media") as raised:
        probe(path)
    assert "moov atom not found" in raised.value.details["stderr"]


@pytest.mark.parametrize("name", ["x.mp4", "x.avi"])
def test_a_huge_header_is_too_large(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    codec = ["-c:v", "mjpeg"] if name == "x.avi" else ["-c:v", "libx264", "-preset", "ultrafast"]
    ffmpeg("-f", "lavfi", "-i", "color=s=9000x9000:r=25", "-frames:v", "1", *codec, path)
    with pytest.raises(MediaTooLarge, match="8192"):
        probe(path)


def test_a_file_without_a_frame_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=s=64x64", "-t", "0", "-c:v", "libx264", path)
    with pytest.raises(MediaUnreadable):
        probe(path)


def test_limits(clip: Path) -> None:
    cases: list[tuple[MediaLimits, type[MediaError]]] = [
        (MediaLimits(bytes=100), MediaTooLarge),
        (MediaLimits(seconds=1.5), MediaTooLong),
        (MediaLimits(side=100), MediaTooLarge),
        (MediaLimits(fps=20), MediaTooLarge),
    ]
    for limits, error in cases:
        with pytest.raises(error):
            probe(clip, limits)


def test_a_loop_of_more_than_an_hour_is_too_long_where_an_hour_is_the_limit(tmp_path: Path) -> None:
    path, hour = tmp_path / "loop.mkv", MediaLimits(seconds=3600)
    ffmpeg("-f", "lavfi", "-i", "color=s=16x16:r=1:d=4000", "-c:v", "mpeg4", "-f", "matroska", path)
    with pytest.raises(MediaTooLong):
        probe(path, hour)
    live = tmp_path / "live.mkv"
    ffmpeg("-i", path, "-c", "copy", "-live", "1", live)
    with pytest.raises(MediaTooLong):
        probe(live, hour)


def test_a_missing_ffprobe_says_what_to_install(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = tmp_path / "never probed before.mp4"
    shutil.copy(clip, unknown)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MediaError) as raised:
        probe(unknown)
    assert "ffmpeg" in (raised.value.remedy or "")


def test_captions_in_a_track_of_their_own_are_not_decoded(clip: Path, tmp_path: Path) -> None:
    """ffprobe 5.1 decodes the last of them for ever."""
    assert probe(with_captions(clip, tmp_path)).duration_seconds == pytest.approx(2, abs=0.1)
