import json
from pathlib import Path

import pytest

from liptune.core.analysis import cache as cached
from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import NoAudioStream, NoFace, NoVideoStream
from liptune.core.operations import measure as measuring
from liptune.core.operations.measure import measure
from liptune.core.operations.table import OperationResult
from liptune.core.options import MeasureOptions
from liptune.core.progress import silent
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"


@pytest.fixture(autouse=True)
def _noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "load_engine", lambda _: NoiseEngine())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "two seconds.mp4"
    ffmpeg("-i", SAMPLE, "-t", "2", "-c:v", "libx264", "-crf", "20", path)
    return path


def _measure(video: Path, folder: Path, audio: Path | None = None, **options: object) -> OperationResult:
    return measure(
        video,
        audio,
        MeasureOptions.model_validate(options),
        output=folder / "report",
        cache=FolderCache(folder / "cache"),
    )


def test_noise_is_no_evidence_whatever_it_is_shown(clip: Path, tmp_path: Path) -> None:
    measured = _measure(clip, tmp_path)
    assert measured.result["score"]["verdict"] == "no_evidence"
    assert measured.result["score"]["windows"] >= 45
    assert [path.name for path in measured.artifacts] == [
        "report.json", "report.html", "distance.png", "markers.csv", "markers.otio", "markers.edl",
    ]  # fmt: skip
    assert json.loads(measured.artifacts[0].read_text("utf-8"))["result"] == measured.result
    assert json.loads(json.dumps(measured.result, allow_nan=False)) == measured.result


def test_a_second_measurement_reuses_the_analysis_and_agrees(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _measure(clip, tmp_path)
    monkeypatch.delattr(cached, "analyse")
    copy = tmp_path / "same bytes, other name.mp4"
    copy.write_bytes(clip.read_bytes())
    assert _measure(copy, tmp_path).result == first.result


def test_other_sound_is_another_analysis(clip: Path, tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    ffmpeg("-f", "lavfi", "-i", "anoisesrc=duration=2:seed=1", "-ac", "1", sound)
    own, other = _measure(clip, tmp_path), _measure(clip, tmp_path, sound)
    assert own.result["score"] != other.result["score"]
    assert other.result["media"]["audio"]["codec"] == "pcm_s16le"


def test_without_sound_or_picture_nothing_is_analysed(clip: Path, tmp_path: Path) -> None:
    mute, sound = tmp_path / "mute.mp4", tmp_path / "sound.m4a"
    ffmpeg("-i", clip, "-an", "-c", "copy", mute)
    ffmpeg("-i", clip, "-vn", "-c", "copy", sound)
    with pytest.raises(NoAudioStream):
        _measure(mute, tmp_path)
    with pytest.raises(NoVideoStream):
        _measure(sound, tmp_path)
    assert not (tmp_path / "report").exists()


def test_no_face_says_what_was_seen(tmp_path: Path) -> None:
    bars = tmp_path / "bars.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "smptebars=size=160x120:rate=25:duration=1",
        "-f", "lavfi", "-i", "sine=duration=1", "-shortest", bars,
    )  # fmt: skip
    with pytest.raises(NoFace) as caught:
        _measure(bars, tmp_path)
    assert caught.value.details["frames"] == 25
    assert caught.value.details["frames_with_face"] == 0


def test_progress_names_the_stages_and_may_stop_the_work(clip: Path, tmp_path: Path) -> None:
    stages: list[str] = []

    def note(stage: str, fraction: float, /) -> None:
        assert 0 <= fraction <= 1
        stages.append(stage)

    cache = FolderCache(tmp_path / "cache")
    measure(clip, None, MeasureOptions(), output=tmp_path / "one", cache=cache, progress=note)
    assert list(dict.fromkeys(stages)) == ["probe", "analyse", "score", "report"]

    def stop(stage: str, _fraction: float, /) -> None:
        if stage == "report":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(clip, None, MeasureOptions(), output=tmp_path / "two", cache=cache, progress=stop)
    assert not (tmp_path / "two").exists()
    measure(clip, None, MeasureOptions(), output=tmp_path / "two", cache=cache, progress=silent)
