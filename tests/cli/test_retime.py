import json
from pathlib import Path

import pytest

from tests.cli.conftest import SAMPLES, run, run_here

EARLY = SAMPLES / "astronaut_early.mp4"


def test_the_video_itself_is_never_overwritten(tmp_path: Path) -> None:
    video = tmp_path / "mine.mp4"
    video.write_bytes(EARLY.read_bytes())
    completed = run_here("retime", video, "-o", video)
    assert completed.exit_code == 2
    assert "overwrite" in completed.stderr
    assert video.read_bytes() == EARLY.read_bytes()


@pytest.mark.parametrize("output", ["no_suffix", "missing/folder.mp4"])
def test_an_output_that_cannot_be_written_is_wrong_usage(output: str, tmp_path: Path) -> None:
    assert run_here("retime", EARLY, "-o", tmp_path / output).exit_code == 2


def test_a_wrong_mode_is_named(tmp_path: Path) -> None:
    completed = run_here("retime", EARLY, "-o", tmp_path / "out.mp4", "--mode", "magic")
    assert completed.exit_code == 2
    assert "mode" in completed.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_constant_offset_moves_the_sound_alone_although_a_path_could_reach_it(tmp_path: Path) -> None:
    completed = run("retime", EARLY, "-o", tmp_path / "out.mp4", "--json")
    assert completed.returncode == 0, completed.stderr
    done = json.loads(completed.stdout)["retime"]
    assert done["mode"] == "offset"
    assert done["offset_ms"] == pytest.approx(120, abs=40)
    assert done["picture"] == "copied"
