"""The whole of ``make train`` on a handful of clips: from files to weights that score."""

import sys
from pathlib import Path

import pytest

from liptune.core.engines.lite.weights import load_network
from training import lite


@pytest.mark.slow
def test_weights_come_of_clips(few_clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.record.RESULTS", tmp_path)
    made, judge = tmp_path / "lite.safetensors", tmp_path / "judge.safetensors"
    arguments = [
        "--clips",
        few_clips,
        "--cache",
        tmp_path / "cache",
        "--weights",
        made,
        "--judge-weights",
        judge,
    ]
    arguments += ["--steps", 4, "--judge-steps", 4, "--processes", 2, "--uncalibrated"]
    monkeypatch.setattr(sys, "argv", ["lite", *map(str, arguments)])
    lite.main()
    assert load_network(made).dimension == 2 * load_network(judge).dimension
    assert (tmp_path / "training.json").is_file()
