from pathlib import Path

import pytest

from tests.cli.conftest import SAMPLES, run_here

EARLY = SAMPLES / "astronaut_early.mp4"


@pytest.mark.parametrize(("option", "value"), [("--blend", "glue"), ("--donor-pose-limit-degrees", "-3")])
def test_a_wrong_option_is_named(option: str, value: str, tmp_path: Path) -> None:
    completed = run_here("warp", EARLY, "-o", tmp_path / "out.mp4", option, value)
    assert completed.exit_code == 2
    assert option.strip("-").replace("-", "_") in completed.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_video_itself_is_never_overwritten(tmp_path: Path) -> None:
    video = tmp_path / "mine.mp4"
    video.write_bytes(EARLY.read_bytes())
    completed = run_here("warp", video, "-o", video)
    assert completed.exit_code == 2
    assert video.read_bytes() == EARLY.read_bytes()
