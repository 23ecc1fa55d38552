"""The whole of ``make train-dub`` on a handful of clips: from files to weights that speak."""

import sys
from pathlib import Path

import pytest

from liptune.core.articulation.weights import load_network
from training import dub


@pytest.mark.slow
def test_weights_come_of_clips(few_clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.record.RESULTS", tmp_path)
    made = tmp_path / "made.safetensors"
    arguments = ["--clips", few_clips, "--cache", tmp_path / "cache", "--weights", made]
    monkeypatch.setattr(sys, "argv", ["dub", *map(str, arguments), "--steps", "2", "3", "--processes", "2"])
    dub.main()
    assert len(load_network(made).members) == 2
    assert (tmp_path / "training-dub.json").is_file()
