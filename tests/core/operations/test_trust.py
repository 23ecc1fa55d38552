"""What the whole of ``measure`` says of clips whose answer is known."""

from pathlib import Path

import pytest

from liptune.core.analysis.cache import FolderCache
from liptune.core.operations.measure import measure
from liptune.core.options import MeasureOptions
from tests.media_factory import ffmpeg

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "astronaut.mp4"
EARLY = ROOT / "samples" / "astronaut_early.mp4"
CLIPS = ROOT.parent / "shared" / "clips" / "eval"
SPEECH = CLIPS / "latentsync_demo_01.mp4"
OTHER_SPEECH = CLIPS / "latentsync_demo_01_other_speech.wav"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trust")


def _score(folder: Path, video: Path, audio: Path | None = None) -> dict[str, object]:
    cache = FolderCache(folder / "cache")
    score = measure(video, audio, MeasureOptions(), output=folder / "report", cache=cache).result["score"]
    assert isinstance(score, dict)
    return score


def test_the_sample_is_in_sync(folder: Path) -> None:
    assert _score(folder, SAMPLE)["verdict"] == "in_sync"


def test_its_early_copy_is_120_ms_early(folder: Path) -> None:
    score = _score(folder, EARLY)
    assert score["verdict"] == "out_of_sync"
    assert score["offset_ms"] == pytest.approx(120, abs=40)


def test_audio_delayed_by_hand_has_a_negative_offset(folder: Path) -> None:
    delayed = folder / "delayed.mp4"
    ffmpeg(
        "-i", SAMPLE, "-itsoffset", "0.2", "-i", SAMPLE, "-map", "0:v", "-map", "1:a", "-c", "copy", delayed
    )
    score, own = _score(folder, delayed), _score(folder, SAMPLE)
    assert score["verdict"] == "out_of_sync"
    assert isinstance(own["offset_ms"], float)
    assert score["offset_ms"] == pytest.approx(own["offset_ms"] - 200, abs=30)


@pytest.mark.slow
def test_two_measurements_agree_to_the_bit(folder: Path, tmp_path: Path) -> None:
    assert _score(tmp_path, SAMPLE) == _score(folder, SAMPLE)


@pytest.mark.skipif(not OTHER_SPEECH.is_file(), reason="the evaluation clips are not here")
def test_other_peoples_words_are_no_evidence(folder: Path) -> None:
    assert _score(folder, SPEECH, OTHER_SPEECH)["verdict"] == "no_evidence"
    assert _score(folder, SPEECH)["verdict"] != "no_evidence"


@pytest.fixture(scope="module")
def cut_anywhere(folder: Path) -> Path:
    """The sample in sync, such that it can be cut without being encoded anew."""
    path = folder / "whole.mp4"
    ffmpeg("-i", SAMPLE, "-c:v", "libx264", "-preset", "veryfast", "-g", "12", "-c:a", "aac", path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("at", [1.01, 1.02, 1.03])
def test_a_cut_between_two_frames_moves_no_offset(at: float, cut_anywhere: Path, folder: Path) -> None:
    cut = folder / f"cut-{at}.mp4"
    ffmpeg("-ss", str(at), "-i", cut_anywhere, "-c", "copy", cut)
    cache = FolderCache(folder / "cache")
    whole = measure(cut_anywhere, None, MeasureOptions(start=1.0), output=None, cache=cache).result["score"]
    assert _score(folder, cut)["offset_ms"] == pytest.approx(whole["offset_ms"], abs=8)
