"""The whole operation on the bundled sample, with another sound."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import (
    AudioRequired,
    InvalidOption,
    NoFace,
    NoSpeech,
    SoundTooLong,
    TooLittleMaterial,
    UnknownOption,
)
from liptune.core.media.inventory.read import read_headers
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.operations.dub import dub
from liptune.core.operations.forewarn import forewarned
from liptune.core.operations.table import OperationResult, parse_options
from liptune.core.options import DubOptions
from liptune.core.sync.types import Verdict
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"
SECONDS, SOUND_SECONDS = 5, 6
LASTING = DubOptions(keep_audio=True, length="sound", fill="bounce")


@dataclass(frozen=True)
class Done:
    video: Path
    result: OperationResult
    stages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return self.result.artifacts[0].parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of the sample, and six of its sound, whose halves are swapped."""
    folder = tmp_path_factory.mktemp("dub")
    ffmpeg("-i", SAMPLE, "-t", str(SECONDS), "-c:v", "libx264", "-crf", "16", folder / "clip.mp4")
    swapped = "[0:a]atrim=3:6,asetpts=PTS-STARTPTS[a];[0:a]atrim=0:3[b];[a][b]concat=n=2:v=0:a=1"
    ffmpeg("-i", SAMPLE, "-filter_complex", swapped, folder / "other.wav")
    return folder


@pytest.fixture(scope="module")
def done(folder: Path) -> Done:
    stages: list[str] = []
    result = dub(
        folder / "clip.mp4",
        folder / "other.wav",
        LASTING,
        output=folder / "made",
        cache=FolderCache(folder / "cache"),
        progress=lambda stage, _: stages.append(stage),
    )
    return Done(folder / "clip.mp4", result, tuple(dict.fromkeys(stages)))


def test_the_files_and_the_stages(done: Done) -> None:
    assert [path.name for path in done.result.artifacts] == [
        "video.mp4", "landmarks.json", "speech.png", "preview.png",
        "report.json", "report.html", "distance.png", "markers.csv", "markers.otio", "markers.edl",
    ]  # fmt: skip
    assert {path.name for path in done.folder.iterdir()} == {path.name for path in done.result.artifacts}
    assert done.stages == ("probe", "analyse", "score", "plan", "render", "verify", "judge", "report")
    page = (done.folder / "report.html").read_text()
    assert done.result.result["dub"]["reason"] in page
    assert page.count("data:image/png") >= 3


def test_the_verdict_is_told_whatever_it_is(done: Done) -> None:
    told, score = done.result.result["dub"], done.result.result["score"]
    assert told["follows"] is (score["verdict"] == Verdict.IN_SYNC)
    assert told["evidence"] == score["confidence"]
    assert f"evidence {told['evidence']:.1f}" in told["reason"]
    assert ("now follow" in told["reason"]) is told["follows"]
    assert done.result.result["before"]["score"]["verdict"] != "in_sync"
    assert done.result.result["judge"]["engine"]["id"] == "judge"


def test_most_frames_have_another_mouth(done: Done) -> None:
    told = done.result.result["dub"]
    assert told["share_changed"] > 0.8
    assert told["frames_changed"] + sum(told["left"].values()) == told["frames"] == SOUND_SECONDS * 25
    assert told["frames_added"] == (SOUND_SECONDS - SECONDS) * 25


def test_the_copy_is_the_video_with_both_sounds_and_a_tag(done: Done) -> None:
    before, after = probe(done.video), probe(done.folder / "video.mp4")
    assert (require_video(before).frames, require_video(after).frames) == (SECONDS * 25, SOUND_SECONDS * 25)
    assert [each.duration_seconds for each in after.audio] == pytest.approx([SOUND_SECONDS, SECONDS], abs=0.1)
    told = done.result.result["dub"]
    assert told["kept_audio"] == 1
    assert "the old is kept after it" in told["done"]
    tags = read_headers(done.folder / "video.mp4").tags
    assert "Liptune dub" in (tags.get("software"), tags.get("encoder"))
    assert tags["comment"] == "Liptune dub"


def test_the_landmarks_are_all_there(done: Done) -> None:
    told: dict[str, Any] = json.loads((done.folder / "landmarks.json").read_text())
    assert len(told["frames"]) == SOUND_SECONDS * 25
    assert max(row["mouth_from_seconds"] for row in told["frames"]) < SECONDS
    for name in ("predicted", "final"):
        points = np.array([row[name] for row in told["frames"] if row[name]])
        assert points.shape[1:] == (68, 2)
        assert len(points) > 0.9 * len(told["frames"])
        assert (points > 0).all()
        assert (points < 400).all()
    prosody = told["prosody"]
    assert prosody["fps"] == 25
    assert len({len(prosody[name]) for name in ("speaking", "f0", "energy", "tilt", "rate")}) == 1


def test_the_mouth_goes_on_after_the_picture(done: Done) -> None:
    rows = json.loads((done.folder / "landmarks.json").read_text())["frames"][SECONDS * 25 :]
    assert sum(row["left"] is None for row in rows) > 0.8 * len(rows)
    mouths = [row["mouth_from_seconds"] for row in rows if row["left"] is None]
    assert all(one != other for one, other in itertools.pairwise(mouths))
    asked, made = (
        np.array([row[name] for row in rows if row["left"] is None]) for name in ("predicted", "final")
    )
    gaps = [points[:, 66, 1] - points[:, 62, 1] for points in (asked, made)]
    assert np.corrcoef(*gaps)[0, 1] > 0.7


def test_what_is_changed_is_said_before_and_after(done: Done, folder: Path, tmp_path: Path) -> None:
    told = forewarned(done.video, folder / "other.wav", LASTING, folder=tmp_path)
    assert sorted(each.message for each in told) == sorted(
        each["message"] for each in done.result.result["losses"]
    )
    assert not any("Sound stream" in each.message for each in told)
    (added,) = [each for each in told if each.code == "picture_added"]
    assert added.message.startswith("The picture goes on for 1.0 s: it is shown backwards")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("length", ["picture", "shortest"])
def test_what_is_cut_of_a_long_sound_is_said(length: str, done: Done, folder: Path, tmp_path: Path) -> None:
    told = forewarned(done.video, folder / "other.wav", DubOptions(length=length), folder=tmp_path)
    assert [each.message for each in told if each.code != "codec"] == [
        "The last 1.0 s of the new sound are not heard: the picture has ended"
    ]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("length", ["sound", "shortest"])
def test_what_is_cut_of_the_picture_is_said(length: str, done: Done, folder: Path, tmp_path: Path) -> None:
    ffmpeg("-i", folder / "other.wav", "-t", "2", tmp_path / "short.wav")
    told = forewarned(done.video, tmp_path / "short.wav", DubOptions(length=length), folder=tmp_path)
    (cut,) = [each.message for each in told if each.code != "codec"]
    assert cut.startswith("The last 3.0 s of the picture, and of all that goes with it, are left out")


def test_an_hour_of_sound_is_refused_before_anything_is_done(
    done: Done, folder: Path, tmp_path: Path
) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=3600:sample_rate=8000", "-c:a", "flac", tmp_path / "hour.flac")
    with pytest.raises(SoundTooLong, match=r"5\.0 s at most"):
        forewarned(done.video, tmp_path / "hour.flac", LASTING, folder=tmp_path)
    with pytest.raises(SoundTooLong, match=r"5\.0 s at most"):
        tried(done.video, tmp_path / "hour.flac", folder, tmp_path / "made", length="sound")
    assert not (tmp_path / "made").exists()


def test_a_short_sound_leaves_silence_with_closed_lips(done: Done, folder: Path, tmp_path: Path) -> None:
    ffmpeg("-i", folder / "other.wav", "-t", "2", tmp_path / "short.wav")
    told = forewarned(done.video, tmp_path / "short.wav", DubOptions(), folder=tmp_path)
    (silent,) = [each for each in told if each.code == "silence"]
    assert "3.0 s of the picture are silent" in silent.message


@pytest.mark.parametrize(
    ("sound", "error"),
    [
        (("-i", str(SAMPLE), "-t", "0.2", "-vn"), NoSpeech),
        (("-f", "lavfi", "-i", "anullsrc=duration=4:sample_rate=48000"), NoSpeech),
    ],
)
def test_a_sound_in_which_nobody_speaks(
    done: Done, folder: Path, sound: tuple[str, ...], error: type[Exception], tmp_path: Path
) -> None:
    ffmpeg(*sound, tmp_path / "sound.wav")
    with pytest.raises(error):
        tried(done.video, tmp_path / "sound.wav", folder, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def tried(video: Path, sound: Path | None, folder: Path, output: Path, **options: Any) -> OperationResult:
    given = parse_options("dub", options)
    assert isinstance(given, DubOptions)
    return dub(video, sound, given, output=output, cache=FolderCache(folder / "cache"))


def test_no_sound_at_all(done: Done, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioRequired, match="sound"):
        tried(done.video, None, folder, tmp_path / "made")
    with pytest.raises(AudioRequired, match="sound"):
        forewarned(done.video, None, DubOptions(), folder=tmp_path)


def test_too_little_of_a_face(folder: Path, tmp_path: Path) -> None:
    ffmpeg("-i", SAMPLE, "-t", "2", "-c:v", "libx264", "-crf", "16", tmp_path / "short.mp4")
    with pytest.raises(TooLittleMaterial, match=r"on screen for 2\.0 s"):
        tried(tmp_path / "short.mp4", folder / "other.wav", folder, tmp_path / "made")


def test_no_face(folder: Path, tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=5", tmp_path / "none.mp4")
    with pytest.raises(NoFace):
        tried(tmp_path / "none.mp4", folder / "other.wav", folder, tmp_path / "made")


@pytest.mark.parametrize(
    ("option", "value"), [("length", "longest"), ("fill", "black"), ("keep_audio", "yes"), ("keep_audio", 1)]
)
def test_other_wrong_options_are_named(option: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=option):
        parse_options("dub", {option: value})


@pytest.mark.parametrize("value", [-0.1, 1.1, "much"])
def test_a_wrong_expression_is_named(value: object) -> None:
    with pytest.raises(InvalidOption, match="expression"):
        parse_options("dub", {"expression": value})


def test_a_dub_searches_for_no_offset_to_repair() -> None:
    with pytest.raises(UnknownOption, match="mode"):
        parse_options("dub", {"mode": "auto"})
    with pytest.raises(InvalidOption, match="engine"):
        parse_options("dub", {"engine": "judge"})
