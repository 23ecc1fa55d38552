import json
from pathlib import Path

import pytest

from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import InvalidOption, UnknownOption
from liptune.core.operations import measure as measuring
from liptune.core.operations.table import parse_options
from liptune.core.operations.warp import warp
from liptune.core.options import WarpOptions
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

EARLY = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"


def test_early_sound_gets_the_mouths_that_fit_it(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "cache")
    stages: list[str] = []
    done = warp(
        EARLY,
        None,
        WarpOptions(),
        output=tmp_path / "made",
        cache=cache,
        progress=lambda stage, _: stages.append(stage),
    )
    assert [path.name for path in done.artifacts] == [
        "video.mp4", "timewarp.json", "timewarp.png", "preview.png",
        "report.json", "report.html", "distance.png", "markers.csv", "markers.otio", "markers.edl",
    ]  # fmt: skip
    result = done.result
    assert result["before"]["score"]["offset_ms"] == pytest.approx(120, abs=40)
    assert abs(result["score"]["offset_ms"]) < 80
    assert result["score"]["distance_at_zero"] < result["before"]["score"]["distance_at_zero"] - 0.05
    assert result["warp"]["mode"] != "none"
    assert result["warp"]["share_changed"] > 0.8
    assert list(dict.fromkeys(stages))[-3:] == ["verify", "judge", "report"] or "judge" not in stages
    donors = json.loads((tmp_path / "made" / "timewarp.json").read_text())
    assert donors["sound_shift_seconds"] == 0
    assert len(donors["source_seconds"]) == len(donors["left"]) == result["warp"]["frames"]
    assert "data:image/png" in (tmp_path / "made" / "report.html").read_text()


def test_a_noise_engine_leaves_the_video_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "load_engine", lambda _: NoiseEngine())
    clip = tmp_path / "two seconds.mp4"
    ffmpeg("-i", EARLY, "-t", "2", "-c:v", "libx264", "-crf", "20", clip)
    cache = FolderCache(tmp_path / "cache")
    done = warp(clip, None, WarpOptions(blend="poisson"), output=tmp_path / "made", cache=cache)
    assert done.artifacts[0].read_bytes() == clip.read_bytes()
    assert "preview.png" not in [path.name for path in done.artifacts]
    assert done.result["warp"]["left"] == {"in_time": done.result["warp"]["frames"]}
    assert done.result["judge"] is None


@pytest.mark.parametrize(
    ("option", "value"), [("blend", "glue"), ("donor_pose_limit_degrees", 0), ("window_frames", 99)]
)
def test_wrong_options_are_named(option: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=option):
        parse_options("warp", {option: value})


def test_only_warp_blends() -> None:
    with pytest.raises(UnknownOption, match="blend"):
        parse_options("retime", {"blend": "pyramid"})
