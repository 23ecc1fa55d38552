import json
from pathlib import Path
from typing import Any

import pytest

from liptune.core.analysis import Analysis
from liptune.core.analysis import cache as caching
from liptune.core.analysis.cache import FolderCache
from liptune.core.analysis.run import analyse
from liptune.core.engines import judging
from liptune.core.engines.judge import engine as judges
from liptune.core.engines.listing import EngineStatus
from liptune.core.engines.lite.engine import LiteEngine, load
from liptune.core.engines.protocol import SyncEngine
from liptune.core.errors import InvalidOption, RepairRefused
from liptune.core.library import NoCache
from liptune.core.media.types import MediaInfo
from liptune.core.operations import measure as measuring
from liptune.core.operations.measure import measured
from liptune.core.operations.retime import retime
from liptune.core.operations.table import parse_options
from liptune.core.options import MeasureOptions, RetimeOptions
from liptune.core.progress import silent
from tests.core.media.truth import damage, packets
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "two seconds.mp4"
    ffmpeg("-i", SAMPLE, "-t", "2", "-c:v", "libx264", "-crf", "20", path)
    return path


@pytest.mark.one_in(2)
@pytest.mark.parametrize("mode", ["auto", "local"])
def test_a_noise_engine_leaves_the_video_untouched(
    mode: str, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "load_engine", lambda _: NoiseEngine())
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
        "markers.csv", "markers.otio", "markers.edl",
    ]  # fmt: skip
    assert done.artifacts[0].read_bytes() == clip.read_bytes()
    assert done.result["retime"]["mode"] == "none"
    assert "No evidence" in done.result["retime"]["reason"]
    assert done.result["before"]["score"]["verdict"] == "no_evidence"
    assert list(dict.fromkeys(stages)) == ["probe", "analyse", "score", "plan", "render", "verify", "report"]
    assert json.loads(json.dumps(done.result, allow_nan=False)) == done.result


def test_without_the_reports_files_the_copy_stands_alone_and_the_result_is_the_same(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "load_engine", lambda _: NoiseEngine())
    cache = FolderCache(tmp_path / "cache")
    whole = retime(clip, None, RetimeOptions(), output=tmp_path / "whole", cache=cache)
    bare = retime(clip, None, RetimeOptions(), output=tmp_path / "bare", cache=cache, report_files=False)
    assert bare.result == whole.result
    assert list((tmp_path / "bare").iterdir()) == [tmp_path / "bare" / "video.mp4"] == [*bare.artifacts]


def published() -> LiteEngine:
    """The bundled judge, as if it were a published engine."""
    return LiteEngine("syncnet_v2", judges.load().network, "1" * 64)


@pytest.mark.slow
def test_a_second_engine_judges_what_the_first_has_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = {"lite": load(), "syncnet_v2": published()}
    monkeypatch.setattr(measuring, "load_engine", engines.__getitem__)
    ready = {"lite": True, "judge": True, "syncnet_v2": True, "stable_syncnet": False}
    monkeypatch.setattr(
        judging, "engine_status", lambda engine: EngineStatus(engine, ready[engine], None, "", None)
    )
    done = retime(
        SAMPLE,
        None,
        RetimeOptions(mode="offset"),
        output=tmp_path / "made",
        cache=FolderCache(tmp_path / "cache"),
    )
    planned, judged = done.result, done.result["judge"]
    assert planned["score"]["engine"]["id"] == "lite"
    assert judged["engine"] == {"id": "syncnet_v2", "weights_sha256": "1" * 64}
    assert judged["before"]["engine"] == judged["after"]["engine"] == judged["engine"]
    for before, after in (
        (planned["before"]["score"], planned["score"]),
        (judged["before"], judged["after"]),
    ):
        assert before["offset_ms"] == pytest.approx(120, abs=40)
        assert after["offset_ms"] == pytest.approx(0, abs=40)
    assert judged["before"] != planned["before"]["score"]
    page = (tmp_path / "made" / "report.html").read_text("utf-8")
    assert "syncnet_v2, which did not" in page


def test_no_engine_judges_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        judging, "engine_status", lambda engine: EngineStatus(engine, engine == "lite", None, "", None)
    )
    assert judging.judging_engine("lite") is None
    assert judging.judging_engine("syncnet_v2") == "lite"


@pytest.mark.slow
def test_the_bundled_judge_is_asked_without_a_second_look_at_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    really = analyse

    def counted(video: MediaInfo, audio: MediaInfo, engine: SyncEngine, **others: Any) -> Analysis:
        looked.append(engine.id)
        return really(video, audio, engine, **others)

    monkeypatch.setattr(caching, "analyse", counted)
    done = retime(SAMPLE, None, RetimeOptions(mode="offset"), output=tmp_path / "made", cache=NoCache())
    assert looked == ["lite+judge"]
    judged = done.result["judge"]
    assert judged["engine"]["id"] == "judge"
    assert abs(judged["before"]["offset_ms"]) > 60
    assert abs(judged["after"]["offset_ms"]) < 60
    alone = measured(
        SAMPLE,
        None,
        MeasureOptions.model_construct(engine="judge"),
        cache=NoCache(),
        progress=silent,
        limits=None,
    )
    assert judged["before"]["offset_ms"] == pytest.approx(alone.clip.speaker.score.offset_ms, abs=0.1)


def test_a_judge_can_be_left_out(clip: Path, tmp_path: Path) -> None:
    options = RetimeOptions(mode="offset", judge="none")
    done = retime(clip, None, options, output=tmp_path / "made", cache=FolderCache(tmp_path / "cache"))
    assert done.result["judge"] is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("mode", "magic"),
        ("window_frames", 0),
        ("smoothness", -1),
        ("max_hold_frames", 0),
        ("adaptive", "perhaps"),
        ("interpolate", "magic"),
    ],
)
def test_wrong_options_are_named(option: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=option):
        parse_options("retime", {option: value})


@pytest.mark.one_in(2)
@pytest.mark.parametrize("mode", ["offset", "auto"])
def test_a_copy_is_measured_as_if_its_picture_were_gone_through_again(mode: str, tmp_path: Path) -> None:
    done = retime(
        SAMPLE,
        None,
        RetimeOptions.model_validate({"mode": mode}),
        output=tmp_path / "made",
        cache=FolderCache(tmp_path / "cache"),
    )
    assert done.result["retime"]["mode"] == "offset"
    anew = measuring.measure(
        done.artifacts[0],
        None,
        MeasureOptions(),
        output=None,
        cache=FolderCache(tmp_path / "other"),
    )
    assert done.result["score"] == anew.result["score"]
    assert done.result["timeline"] == anew.result["timeline"]


def test_frames_that_do_not_decode_are_told_by_measure_and_by_a_repair(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "load_engine", lambda _: NoiseEngine())
    damaged = tmp_path / "damaged.mkv"
    ffmpeg("-i", clip, "-c:v", "mjpeg", "-q:v", "3", "-c:a", "copy", damaged)
    damage(damaged, 30)
    cache = FolderCache(tmp_path / "cache")
    measured = measuring.measure(damaged, None, MeasureOptions(), output=None, cache=cache).result
    assert measured["undecoded"]["frames"] == 1
    assert "does not decode, at 1.20 s" in measured["undecoded"]["told"]
    done = retime(damaged, None, RetimeOptions(), output=tmp_path / "made", cache=cache)
    assert [(loss["code"], loss["stream"]) for loss in done.result["losses"]] == [("undecoded", 0)]
    report = json.loads((tmp_path / "made" / "report.json").read_text("utf-8"))
    assert any("passed through as what a player shows" in line for line in report["explanation"])


@pytest.mark.slow
def test_a_copy_that_lacks_what_nobody_could_foresee_is_refused(tmp_path: Path) -> None:
    """AVI says of no packet when it is heard: moved sound is encoded anew, and what does not decode after the
    picture's end is gone."""
    path, made = tmp_path / "damaged.avi", tmp_path / "made"
    picture = ("-vf", "trim=end=6.5", "-c:v", "mpeg4", "-q:v", "3")
    ffmpeg("-i", SAMPLE, *picture, "-c:a", "libmp3lame", path)
    last = len(packets(path, "a"))
    for number in range(last - 20, last):
        damage(path, number, kind="a")
    with pytest.raises(RepairRefused, match=r"Sound stream 1 \(mp3\) ends earlier than it did") as refused:
        retime(path, None, RetimeOptions(mode="offset"), output=made, cache=FolderCache(tmp_path / "cache"))
    assert [loss["code"] for loss in refused.value.details["losses"]] == ["end"]
    assert not list(made.iterdir())
