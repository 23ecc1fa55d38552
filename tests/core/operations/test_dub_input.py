"""Videos and sounds that are hard to dub: what is told, and that nothing is lost."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import NoFace, TooLittleMaterial
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from liptune.core.operations.dub import dub
from liptune.core.operations.forewarn import forewarned
from liptune.core.operations.table import OperationResult
from liptune.core.options import DubOptions
from tests.core.operations.profiles import profiles
from tests.media_factory import ffmpeg

SAMPLES = Path(__file__).parents[3] / "samples"
SAMPLE, WORDS = SAMPLES / "astronaut.mp4", SAMPLES / "other_words.m4a"
FACING, TURNING, AWAY = 105, 25, 25
MOST_DEGREES = 60.0


def dubbed(video: Path, sound: Path, output: Path, **options: Any) -> OperationResult:
    given = DubOptions(judge="none", **options)
    return dub(video, sound, given, output=output, cache=FolderCache(output.parent / "cache"))


def changed(before: Path, after: Path) -> NDArray[np.bool_]:
    """(M,) whether a sample of each frame differs."""
    infos = probe(before), probe(after)
    layout = raw_format(require_video(infos[0]))
    return np.array(
        [
            any((one != other).any() for one, other in zip(*map(layout.planes, pair), strict=True))
            for pair in zip(*(read_frames(info, layout) for info in infos), strict=True)
        ]
    )


def told(done: OperationResult) -> str:
    """All that the report says."""
    (page,) = [path for path in done.artifacts if path.name == "report.html"]
    return page.read_text()


@pytest.mark.slow
def test_a_face_that_turns_away_keeps_its_own_mouth(tmp_path: Path) -> None:
    degrees = np.concatenate(
        [np.zeros(FACING), np.linspace(0, MOST_DEGREES, TURNING), np.full(AWAY, MOST_DEGREES)]
    )
    video = profiles(SAMPLE, degrees, tmp_path / "turns.mkv")
    done = dubbed(video, WORDS, tmp_path / "made")
    found = done.result["dub"]
    differs = changed(video, done.artifacts[0])
    assert len(differs) == len(degrees) == found["frames"]
    assert differs[:FACING].mean() > 0.8
    assert not differs[-AWAY:].any()
    left = found["left"]
    assert left.get("pose", 0) + left.get("no_face", 0) >= AWAY
    assert f"{found['frames'] - found['frames_changed']} are left as they are" in told(done)


def test_a_face_from_the_side_alone_is_refused(tmp_path: Path) -> None:
    video = profiles(SAMPLE, np.full(120, MOST_DEGREES), tmp_path / "side.mkv")
    with pytest.raises((TooLittleMaterial, NoFace)) as raised:
        dubbed(video, WORDS, tmp_path / "made")
    assert raised.value.remedy
    assert not (tmp_path / "made").exists()


@pytest.mark.slow
def test_shots_without_a_face_stay_as_they_are(tmp_path: Path) -> None:
    video = tmp_path / "shots.mkv"
    shots = "[0:v]scale=256:256,setsar=1,fps=25[face];[1:v][face]concat,format=yuv420p[shots]"
    ffmpeg(
        "-t", "4.4", "-i", SAMPLE, "-f", "lavfi", "-i", "testsrc=size=256x256:rate=25:duration=4.4",
        "-filter_complex", shots, "-map", "[shots]", "-map", "0:a", "-c:v", "ffv1", "-c:a", "flac", video,
    )  # fmt: skip
    done = dubbed(video, WORDS, tmp_path / "made")
    differs = changed(video, done.artifacts[0])
    half = len(differs) // 2
    assert not differs[:half].any()
    assert differs[half:].mean() > 0.8
    assert done.result["dub"]["left"]["no_face"] >= half
    assert "without a face" in told(done)


@pytest.mark.slow
def test_music_is_followed_and_the_verdict_told(tmp_path: Path) -> None:
    tones = "+".join(
        f"sin(2*PI*{hertz}*t)*(0.6+0.4*sin(2*PI*{beat}*t))" for hertz, beat in ((220, 1), (330, 2))
    )
    ffmpeg("-f", "lavfi", "-i", f"aevalsrc='0.2*({tones})':d=4.4:s=48000", tmp_path / "music.wav")
    ffmpeg("-t", "4.4", "-i", SAMPLE, "-c:v", "libx264", "-crf", "16", tmp_path / "clip.mp4")
    done = dubbed(tmp_path / "clip.mp4", tmp_path / "music.wav", tmp_path / "made")
    assert done.result["dub"]["follows"] is (done.result["score"]["verdict"] == "in_sync")
    assert done.result["dub"]["reason"] in told(done)
    assert require_video(probe(done.artifacts[0])).frames == 110


def test_of_an_hour_of_sound_what_is_not_heard_is_said(tmp_path: Path) -> None:
    ffmpeg("-t", "4.4", "-i", SAMPLE, "-c:v", "libx264", "-crf", "16", tmp_path / "clip.mp4")
    ffmpeg("-f", "lavfi", "-i", "sine=duration=3600:sample_rate=8000", "-c:a", "flac", tmp_path / "hour.flac")
    found = forewarned(tmp_path / "clip.mp4", tmp_path / "hour.flac", DubOptions(), folder=tmp_path)
    (cut,) = [each.message for each in found if each.code == "sound_cut"]
    assert cut.startswith("The last 3595.6 s of the new sound are not heard")


@pytest.mark.slow
def test_a_gallery_of_another_person_is_warned_of(tmp_path: Path) -> None:
    ffmpeg("-t", "4.4", "-i", SAMPLE, "-c:v", "libx264", "-crf", "16", tmp_path / "clip.mp4")
    longer = ("-ss", "2", "-t", "3", "-i", SAMPLE, "-an", "-vf", "scale=400:520")
    ffmpeg(*longer, "-c:v", "libx264", "-crf", "16", tmp_path / "other.mp4")
    done = dub(
        tmp_path / "clip.mp4", WORDS, DubOptions(judge="none", end=1.0), output=tmp_path / "made",
        cache=FolderCache(tmp_path / "cache"), gallery=tmp_path / "other.mp4",
    )  # fmt: skip
    (warned,) = [loss for loss in done.result["losses"] if loss["code"] == "likeness"]
    assert "another person's" in warned["message"]
