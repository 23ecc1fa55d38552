"""Which sound is measured where a file has several, by the bundled engine on the bundled sample."""

from pathlib import Path
from typing import Any

import pytest

from liptune.core.analysis import cache as caching
from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import InvalidOption
from liptune.core.media.probe.probe import probe
from liptune.core.operations.measure import measure
from liptune.core.operations.retime import retime
from liptune.core.options import MeasureOptions, RetimeOptions
from tests.media_factory import ffmpeg

EARLY = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"
TONE = ("-f", "lavfi", "-i", "sine=f=1000:r=48000:d=7.9")
SILENCE = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=7.9")
EFFECTS = ("-f", "lavfi", "-i", "anoisesrc=d=7.9:c=pink:r=48000:seed=3:a=0.5")
"""As loud as the sample's voice: both have a mean of -20 dB."""

MONO = "aresample=48000,aformat=sample_fmts=s16:channel_layouts=mono"
TWO = f"[0:a]{MONO}[v];[1:a]{MONO}[n];[v][n]amerge"
"""The voice and the effects side by side."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> FolderCache:
    return FolderCache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layout of broadcast: mono tracks, tone first, silence second, dialogue third."""
    path = tmp_path_factory.mktemp("tracks") / "tracks.mov"
    ffmpeg(
        "-i", EARLY, *TONE, *SILENCE, "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "0:a",
        "-c:v", "copy", "-c:a", "pcm_s16le", "-ar", "48000", "-metadata:s:a:2", "language=eng",
        "-disposition:a", "0", "-disposition:a:0", "default", path,
    )  # fmt: skip
    return path


def surround(path: Path, voice: str, *codec: str) -> Path:
    """5.1 of pink effects as loud as the voice, which is in the channels ``voice``."""
    others = [place for place in ("FL", "FR", "FC", "BL", "BR") if place not in voice.split()]
    noisy = [place for place in others if place != "FC"]
    places = "|".join([f"{place}=c0" for place in voice.split()] + [f"{place}=c1" for place in noisy])
    ffmpeg(
        "-i", EARLY, *EFFECTS,
        "-filter_complex", f"{TWO},pan=5.1|{places}[a]",
        "-map", "0:v", "-map", "[a]", "-c:v", "copy", *codec, path,
    )  # fmt: skip
    return path


def result(path: Path, cache: FolderCache, **options: object) -> dict[str, Any]:
    return measure(path, None, MeasureOptions.model_validate(options), output=None, cache=cache).result


def test_the_marked_track_is_measured_and_the_others_are_told_of(tracks: Path, cache: FolderCache) -> None:
    found = result(tracks, cache)
    assert found["score"]["verdict"] == "no_evidence"
    assert (found["sound"]["stream"], found["media"]["audio"]["channels"]) == (1, 1)
    assert [each["stream"] for each in found["sound"]["not_tried"]] == [2, 3]
    assert "2 other audio streams" in found["headline"]
    assert "3 (eng" in found["sound"]["told"]


def test_a_chosen_track_is_measured_without_another_look_at_the_picture(
    tracks: Path, cache: FolderCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    result(tracks, cache)
    monkeypatch.delattr(caching, "analyse")
    found = result(tracks, cache, audio_stream=3)
    assert found["score"]["verdict"] == "out_of_sync"
    assert found["score"]["offset_ms"] == pytest.approx(120, abs=20)
    assert found["sound"]["stream"] == 3
    assert result(tracks, cache, audio_stream="en")["score"] == found["score"]


def test_all_tracks_are_tried_and_the_one_that_fits_is_told(tracks: Path, cache: FolderCache) -> None:
    alone, found = result(tracks, cache, audio_stream=3), result(tracks, cache, audio_stream="all")
    assert found["sound"]["stream"] == 3
    assert found["score"] == alone["score"]
    assert [(each["stream"], each["verdict"]) for each in found["sound"]["tried"]] == [
        (1, "no_evidence"), (2, "no_evidence"), (3, "out_of_sync"),
    ]  # fmt: skip
    assert "audio stream 3 (eng, mono) fits the lips best" in found["sound"]["told"]
    needed = {each["confidence_needed"] for each in found["sound"]["tried"]}
    alone_needed = alone["sound"]["tried"][0]["confidence_needed"]
    assert min(needed) > alone_needed - 1
    assert found["sound"]["tried"][2]["confidence_needed"] > alone_needed


@pytest.mark.parametrize("options", [{"audio_stream": 4}, {"audio_stream": "fra"}, {"channel": "left"}])
def test_what_is_not_there_is_refused(tracks: Path, cache: FolderCache, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption) as refused:
        result(tracks, cache, **options)
    assert refused.value.details["option"] in options


def test_a_repair_goes_by_the_chosen_track_and_keeps_all(
    tracks: Path, cache: FolderCache, tmp_path: Path
) -> None:
    options = RetimeOptions.model_validate({"audio_stream": 3, "mode": "offset"})
    done = retime(tracks, None, options, output=tmp_path / "out", cache=cache, suffix=".mov")
    assert done.result["before"]["sound"]["stream"] == 3
    assert done.result["retime"]["offset_ms"] == pytest.approx(120, abs=20)
    assert done.result["score"]["verdict"] == "in_sync"
    copy, source = probe(done.artifacts[0]), probe(tracks)
    assert [each.language for each in copy.audio] == [each.language for each in source.audio]


@pytest.mark.slow
def test_of_a_separate_file_the_chosen_track_is_measured_and_laid_in(
    tracks: Path, cache: FolderCache, tmp_path: Path
) -> None:
    sound, mute = tmp_path / "sound.mka", tmp_path / "mute.mp4"
    ffmpeg("-i", tracks, "-map", "0:a", "-c", "copy", sound)
    ffmpeg("-i", EARLY, "-an", "-c", "copy", mute)
    options = RetimeOptions.model_validate({"audio_stream": "eng", "mode": "offset"})
    done = retime(mute, sound, options, output=tmp_path / "out", cache=cache)
    assert done.result["before"]["score"]["offset_ms"] == pytest.approx(120, abs=20)
    assert done.result["score"]["verdict"] == "in_sync"


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("container", "codec"), [("mkv", "flac"), ("mp4", "ac3")])
def test_a_voice_in_the_centre_keeps_its_confidence_under_effects(
    tmp_path: Path, cache: FolderCache, container: str, codec: str
) -> None:
    film = surround(tmp_path / f"film.{container}", "FC", "-c:a", codec)
    found = result(film, cache)
    centre, mix = (result(film, cache, channel=channel) for channel in ("centre", "mix"))
    assert found["sound"]["channel"] == "centre"
    assert found["score"]["confidence"] == centre["score"]["confidence"]
    assert centre["score"]["confidence"] > mix["score"]["confidence"]
    assert found["score"]["offset_ms"] == pytest.approx(120, abs=20)
    assert "the centre channel of audio stream 1" in found["sound"]["told"]


@pytest.mark.slow
def test_a_voice_that_is_not_in_the_centre_is_found_in_the_mix(tmp_path: Path, cache: FolderCache) -> None:
    film = surround(tmp_path / "film.mkv", "FL FR", "-c:a", "flac")
    found = result(film, cache)
    assert found["sound"]["channel"] == "mix"
    assert found["score"]["verdict"] == "out_of_sync"
    assert found["score"]["offset_ms"] == pytest.approx(120, abs=30)


@pytest.mark.slow
def test_one_side_of_a_stereo_track_can_be_chosen(tmp_path: Path, cache: FolderCache) -> None:
    two = tmp_path / "two.mkv"
    ffmpeg(
        "-i", EARLY, *EFFECTS, "-filter_complex", f"{TWO},pan=stereo|c0=0.1*c0|c1=c1[a]",
        "-map", "0:v", "-map", "[a]", "-c:v", "copy", "-c:a", "flac", two,
    )  # fmt: skip
    mixed, left = result(two, cache), result(two, cache, channel="left")
    assert left["score"]["verdict"] == "out_of_sync"
    assert left["sound"]["channel"] == "left"
    assert result(two, cache, channel=1)["score"] == left["score"]
    assert mixed["score"]["confidence"] < left["score"]["confidence"]
    if mixed["score"]["verdict"] == "no_evidence":
        assert "mix of 2 channels" in mixed["headline"]


@pytest.mark.slow
def test_a_repair_goes_by_the_face_in_the_region_and_keeps_the_picture(
    tmp_path: Path, cache: FolderCache
) -> None:
    tile = tmp_path / "tile.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=gray:s=1280x720:r=25:d=7.9", "-i", EARLY, "-filter_complex",
        "[1:v]scale=110:110[s];[0:v][s]overlay=600:300:shortest=1[v]", "-map", "[v]", "-map", "1:a",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-c:a", "copy", tile,
    )  # fmt: skip
    options = RetimeOptions.model_validate({"region": "590,290,130,130", "mode": "offset"})
    done = retime(tile, None, options, output=tmp_path / "out", cache=cache)
    assert done.result["retime"]["offset_ms"] == pytest.approx(120, abs=25)
    assert done.result["score"]["verdict"] == "in_sync"
    picture = done.result["media"]["video"]
    assert (picture["width"], picture["height"]) == (1280, 720)
