from pathlib import Path

import pytest

from tests.cli.conftest import SAMPLES, run_here

SAMPLE = SAMPLES / "astronaut.mp4"


def test_a_dub_needs_a_sound(tmp_path: Path) -> None:
    completed = run_here("dub", SAMPLE, "-o", tmp_path / "out.mp4")
    assert completed.exit_code == 2
    assert "[audio_required]" in completed.stderr
    assert "--audio" in completed.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["-1", "2"])
def test_a_wrong_expression_is_named(value: str, tmp_path: Path) -> None:
    completed = run_here(
        "dub", SAMPLE, "--audio", SAMPLE, "-o", tmp_path / "out.mp4", f"--expression={value}"
    )
    assert completed.exit_code == 2
    assert "expression" in completed.stderr


def test_a_gallery_is_a_dubs_alone(tmp_path: Path) -> None:
    assert "--gallery" in run_here("dub", "--help").stdout
    completed = run_here("warp", SAMPLE, "--gallery", SAMPLE, "-o", tmp_path / "out.mp4")
    assert completed.exit_code == 2
    assert "--gallery" in completed.stderr
    missing = run_here(
        "dub", SAMPLE, "--audio", SAMPLE, "--gallery", tmp_path / "none.mp4", "-o", tmp_path / "o.mp4"
    )
    assert missing.exit_code == 2
    assert "none.mp4" in missing.stderr


def test_there_is_no_way_to_leave_the_tag_out() -> None:
    completed = run_here("dub", "--help")
    assert completed.exit_code == 0
    assert "metadata" in completed.stdout
    assert "tag" not in completed.stdout.replace("metadata", "").lower()
