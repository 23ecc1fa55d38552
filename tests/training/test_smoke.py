"""The whole of ``make train`` on a handful of clips: from files to weights that score."""

import sys
from pathlib import Path

import pytest

from liptune.core.engines.lite.weights import load_network
from training import lite

ROOT = Path(__file__).parents[2]
CLIPS = ROOT.parent / "shared" / "clips" / "train"
CLIPS_EACH = 160
"""Between the clips that are taken: neighbours are of one speaker."""


@pytest.mark.slow
@pytest.mark.skipif(not CLIPS.is_dir(), reason="the training clips are not here")
def test_weights_come_of_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    for path in sorted(CLIPS.glob("arabic_news_*.mp4"))[::CLIPS_EACH]:
        (clips / path.name).symlink_to(path)
    monkeypatch.setattr("benchmarks.record.RESULTS", tmp_path)
    made, judge = tmp_path / "lite.safetensors", tmp_path / "judge.safetensors"
    arguments = ["--clips", clips, "--cache", tmp_path / "cache", "--weights", made, "--judge-weights", judge]
    arguments += ["--steps", 4, "--judge-steps", 4, "--processes", 2, "--uncalibrated"]
    monkeypatch.setattr(sys, "argv", ["lite", *map(str, arguments)])
    lite.main()
    assert load_network(made).dimension == 2 * load_network(judge).dimension
    assert (tmp_path / "training.json").is_file()
