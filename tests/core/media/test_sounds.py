from dataclasses import replace
from pathlib import Path

import pytest

from liptune.core.errors import InvalidOption, NoAudioStream
from liptune.core.media.probe.probe import probe
from liptune.core.media.sounds import Sound, candidates, channel_name, with_default
from liptune.core.media.types import AudioStream, MediaInfo
from tests.media_factory import ffmpeg


def stream(index: int, channels: int, layout: str | None = None, **facts: object) -> AudioStream:
    return replace(AudioStream(index, "pcm_s16le", 48_000, channels, 0.0, 1.0, layout=layout), **facts)  # type: ignore[arg-type]


def media(*streams: AudioStream) -> MediaInfo:
    return MediaInfo(Path("x.mkv"), "matroska", 1, 1.0, None, streams)


GERMAN, ENGLISH = stream(1, 2, "stereo", language="ger"), stream(2, 2, "stereo", language="eng", default=True)
BRAZILIAN, SURROUND = stream(3, 1, "mono", language="pt-BR"), stream(4, 6, "5.1(side)")
FILM = media(GERMAN, ENGLISH, BRAZILIAN, SURROUND)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(None, 2), (1, 1), ("deu", 1), ("de", 1), ("GER", 1), ("en-GB", None), ("en", 2), ("pt", 3),
     ("pt-PT", None), ("pt-br", 3), ("fra", None), (0, None), (9, None)],
)  # fmt: skip
def test_a_stream_is_named_by_index_or_by_any_code_of_its_language(
    wanted: int | str | None, found: int | None
) -> None:
    if found is None:
        with pytest.raises(InvalidOption, match=r"audio_stream.*1 \(ger\)"):
            candidates(FILM, wanted, "mix")
    else:
        assert candidates(FILM, wanted, "mix") == (Sound(found),)


def test_of_two_streams_in_a_language_the_marked_one_is_taken() -> None:
    film = media(stream(1, 2, language="eng"), stream(2, 2, language="eng", default=True))
    assert candidates(film, "eng", "auto") == (Sound(2),)


def test_all_begins_with_the_marked_stream_and_tries_a_centre_too() -> None:
    tried = candidates(FILM, "all", "auto")
    assert tried == (Sound(2), Sound(1), Sound(3), Sound(4, 2), Sound(4))
    assert candidates(FILM, "all", "centre") == (Sound(3, 0), Sound(4, 2))
    with pytest.raises(InvalidOption, match="channel"):
        candidates(FILM, "all", 7)


@pytest.mark.parametrize(
    ("channels", "layout", "channel", "found"),
    [
        (6, "5.1", "centre", 2), (6, "5.1(side)", "left", 0), (6, None, "centre", 2), (8, "7.1", "centre", 2),
        (3, "3.0", "centre", 2), (2, "stereo", "right", 1), (2, None, "left", 0), (1, "mono", "centre", 0),
        (10, "10 channels (FL+FR+FC+LFE+BL+BR+FLC+FRC+BC+SL)", "centre", 2), (4, "FC+FL+FR+LFE", "centre", 0),
        (2, "stereo", "centre", None), (4, "quad", "centre", None), (3, "2.1", "centre", None),
        (6, "6.0(front)", "centre", None), (4, None, "left", None), (1, "mono", "left", None),
        (6, "5.1", 6, 5), (6, "5.1", 7, None), (4, None, 4, 3),
    ],
)  # fmt: skip
def test_channels_are_found_by_place_and_by_number(
    channels: int, layout: str | None, channel: int | str, found: int | None
) -> None:
    film = media(stream(1, channels, layout))
    if found is None:
        with pytest.raises(InvalidOption, match="channel"):
            candidates(film, None, channel)
    else:
        assert candidates(film, None, channel) == (Sound(1, found),)


def test_the_evidence_decides_between_centre_and_mix_of_surround_alone() -> None:
    assert candidates(media(SURROUND), None, "auto") == (Sound(4, 2), Sound(4))
    for other in (GERMAN, BRAZILIAN, stream(1, 4, "quad"), stream(1, 4)):
        assert candidates(media(other), None, "auto") == (Sound(other.index),)


def test_channels_are_named_as_the_option_takes_them() -> None:
    assert [channel_name(SURROUND, each) for each in (None, 0, 1, 2, 3)] == [
        "mix", "left", "right", "centre", "4",
    ]  # fmt: skip


def test_a_file_may_be_read_as_if_another_stream_were_marked() -> None:
    marked = with_default(FILM, Sound(3))
    assert [each.index for each in marked.audio if each.default] == [3]


def test_without_sound_there_is_no_choice() -> None:
    with pytest.raises(NoAudioStream):
        candidates(media(), "all", "auto")


@pytest.mark.parametrize(("container", "codec"), [("mkv", "flac"), ("mov", "pcm_s16le"), ("ts", "ac3")])
def test_what_a_file_says_of_its_streams_is_read(tmp_path: Path, container: str, codec: str) -> None:
    path = tmp_path / f"x.{container}"
    tone = ("-f", "lavfi", "-i", "sine=d=0.5:r=48000")
    ffmpeg(
        *tone, *tone, "-map", "0", "-map", "1", "-c:a", codec, "-ac:a:0", "1", "-ac:a:1", "6",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra",
        "-metadata:s:a:0", "title=M&E \x1b[2J mix", "-disposition:a:0", "0",
        "-disposition:a:1", "default", path,
    )  # fmt: skip
    first, second = probe(path).audio
    assert (first.language, second.language) == ("eng", "fra")
    assert first.layout == "mono"
    assert (second.layout or "").startswith("5.1")
    if container == "mkv":
        assert first.title == "M&E [2J mix"
        assert (first.default, second.default) == (False, True)
