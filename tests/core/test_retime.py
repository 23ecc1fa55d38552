import json
from pathlib import Path

import pytest

from core import operations
from core.analysis.cache import FolderCache
from core.errors import InvalidOption
from core.operations import retime
from core.options import RetimeOptions, parse_options
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut_early.mp4"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "two seconds.mp4"
    ffmpeg("-i", SAMPLE, "-t", "2", "-c:v", "libx264", "-crf", "20", path)
    return path


@pytest.mark.parametrize("mode", ["auto", "local"])
def test_a_noise_engine_leaves_the_video_untouched(
    mode: str, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "load_engine", lambda _: NoiseEngine())
    stages: list[str] = []
    done = retime(
        clip,
        None,
        RetimeOptions.model_validate({"mode": mode}),
        output=tmp_path / "made",
        cache=FolderCache(tmp_path / "cache"),
        progress=lambda stage, _: stages.append(stage),
    )
    assert [path.name for path in done.artifacts] == [
        "video.mp4", "timewarp.json", "timewarp.png", "report.json", "report.html", "distance.png",
    ]  # fmt: skip
    assert done.artifacts[0].read_bytes() == clip.read_bytes()
    assert done.result["retime"]["mode"] == "none"
    assert "No evidence" in done.result["retime"]["reason"]
    assert done.result["before"]["score"]["verdict"] == "no_evidence"
    assert list(dict.fromkeys(stages)) == ["probe", "analyse", "score", "plan", "render", "verify", "report"]
    assert json.loads(json.dumps(done.result, allow_nan=False)) == done.result


@pytest.mark.parametrize(
    ("option", "value"),
    [("mode", "magic"), ("window_frames", 0), ("smoothness", -1), ("max_hold_frames", 0)],
)
def test_wrong_options_are_named(option: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=option):
        parse_options("retime", {option: value})
