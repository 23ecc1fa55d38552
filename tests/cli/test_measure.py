import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import SAMPLES, Measured, run

# API.md
SCORE = {
    *("offset_frames", "offset_ms", "distance_at_zero", "lse_d", "lse_c", "sync_acc", "confidence", "ci95"),
    *("null", "verdict", "windows", "seconds_scored", "engine"),
}


def test_json_is_the_result_alone_on_standard_output(measured: Measured) -> None:
    assert measured.completed.returncode == 0, measured.completed.stderr
    result = json.loads(measured.completed.stdout)
    assert result["score"].keys() >= SCORE
    assert result["score"]["null"].keys() >= {"mean", "p95"}
    assert result["score"]["engine"].keys() >= {"id", "weights_sha256"}
    assert [face["track"] for face in result["faces"]] == [0]


def test_the_early_sample_is_120_ms_early(measured: Measured) -> None:
    score = json.loads(measured.completed.stdout)["score"]
    low, high = score["ci95"]
    assert score["verdict"] == "out_of_sync"
    assert score["offset_ms"] == pytest.approx(120, abs=40)
    assert score["offset_frames"] * 40 == pytest.approx(score["offset_ms"], abs=0.1)
    assert low <= score["offset_ms"] <= high


def test_the_report_is_written_and_holds_the_same_result(measured: Measured) -> None:
    assert {path.name for path in measured.report.iterdir()} == {
        "report.json", "report.html", "distance.png", "markers.csv", "markers.otio", "markers.edl",
    }  # fmt: skip
    report = json.loads((measured.report / "report.json").read_text())
    assert report["result"] == json.loads(measured.completed.stdout)
    assert str(measured.report) in measured.completed.stderr


def test_the_sample_in_sync_says_so_in_words_and_its_name_cannot_colour_the_screen(tmp_path: Path) -> None:
    name = "-two words\n'\";$(x) \x1b[31m.mp4"
    shutil.copy(SAMPLES / "astronaut.mp4", tmp_path / name)
    completed = run("measure", "--", name, cwd=tmp_path)
    assert completed.returncode == 0, completed.stderr
    assert "in sync" in completed.stdout
    assert "Sure (95 %:" in completed.stdout
    assert "\x1b" not in completed.stdout
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_many_videos_are_a_table_and_a_page(tmp_path: Path, faceless: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"not a video at all")
    videos = (SAMPLES / "astronaut_early.mp4", faceless, tmp_path / "broken.mp4")
    completed = run("measure", *videos, "--report", tmp_path / "out")
    assert completed.returncode == 9, completed.stderr
    head, *lines = completed.stdout.splitlines()
    assert head.split() == ["verdict", "sound", "early", "by", "95", "%", "interval", "confidence", "file"]
    told = sorted(line.split()[:2] for line in lines)
    assert told == [["failed", "[media_unreadable]"], ["failed", "[no_face]"], ["out", "of"]]
    assert "3 to do: 2 failed, 1 out of sync." in completed.stderr
    page = (tmp_path / "out" / "index.html").read_text()
    report = next((tmp_path / "out").rglob("report.html"))
    assert report.parent.name == "astronaut_early.mp4"
    assert f'href="{report.relative_to(tmp_path / "out")}"' in page
    again = run("measure", *videos[:1], "--csv", "--report", tmp_path / "one", "--resume")
    assert again.returncode == 0, again.stderr
    assert "out_of_sync,131" in again.stdout.splitlines()[1]


def test_separate_sound_replaces_the_videos_own() -> None:
    completed = run(
        "measure", SAMPLES / "astronaut.mp4", "--audio", SAMPLES / "astronaut_early.mp4", "--json"
    )
    assert completed.returncode == 0, completed.stderr
    assert json.loads(completed.stdout)["score"]["offset_ms"] == pytest.approx(120, abs=40)
