from pathlib import Path
from typing import Any

import pytest
import typer

from liptune.cli.demo.command import judge
from tests.cli.conftest import run


def results(
    first: str, second: str, offset_ms: float, retimed: str = "in_sync", dubbed: str = "in_sync"
) -> dict[str, Any]:
    return {
        "astronaut.mp4": {"score": {"verdict": first, "offset_ms": 0.0}},
        "astronaut_early.mp4": {"score": {"verdict": second, "offset_ms": offset_ms}},
        "retimed": {"score": {"verdict": retimed}},
        "dubbed": {"score": {"verdict": dubbed}},
    }


def test_the_demo_accepts_what_is_right() -> None:
    judge(results("in_sync", "out_of_sync", 155.0))


@pytest.mark.parametrize(
    ("first", "second", "offset_ms"),
    [
        ("no_evidence", "out_of_sync", 120.0),
        ("in_sync", "no_evidence", 120.0),
        ("in_sync", "out_of_sync", -120.0),
        ("in_sync", "out_of_sync", 165.0),
    ],
)
def test_the_demo_fails_on_anything_else(first: str, second: str, offset_ms: float) -> None:
    with pytest.raises(typer.Exit) as raised:
        judge(results(first, second, offset_ms))
    assert raised.value.exit_code == 1


def test_the_demo_fails_where_retiming_repairs_nothing() -> None:
    with pytest.raises(typer.Exit):
        judge(results("in_sync", "out_of_sync", 120.0, retimed="out_of_sync"))


def test_the_demo_fails_where_the_dub_follows_nothing() -> None:
    with pytest.raises(typer.Exit):
        judge(results("in_sync", "out_of_sync", 120.0, dubbed="no_evidence"))


@pytest.mark.slow
def test_the_demo_measures_both_samples_through_the_real_service(tmp_path: Path) -> None:
    completed = run("demo", "--folder", tmp_path / "demo")
    assert completed.returncode == 0, completed.stderr
    assert "All is right." in completed.stdout
    for name in ("astronaut", "astronaut_early", "retimed", "dubbed"):
        assert (tmp_path / "demo" / "reports" / name / "report.html").stat().st_size > 1000
    for name in ("retimed", "dubbed"):
        assert (tmp_path / "demo" / "reports" / name / "video.mp4").stat().st_size > 1000


@pytest.mark.slow
def test_the_demo_says_what_is_wrong_with_a_video(tmp_path: Path) -> None:
    video = tmp_path / "empty.mp4"
    video.write_bytes(b"")
    completed = run("demo", "--folder", tmp_path / "demo", "--", video)
    assert completed.returncode == 1
    assert "[media_unreadable]" in completed.stderr
    assert "Traceback" not in completed.stderr
