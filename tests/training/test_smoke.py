"""The whole of ``make train``, and of its curve over people, on a handful of clips: from files to figures."""

import json
import sys
from pathlib import Path

import pytest

from liptune.core.engines.lite.weights import load_network
from training import lite, people


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


@pytest.mark.slow
def test_fewer_and_more_people_are_trained_on(
    few_clips: Path, sentences: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.record.RESULTS", tmp_path)
    folders = {
        "--clips": few_clips,
        "--cache": tmp_path / "cache",
        "--eval": sentences,
        "--kept": tmp_path / "kept",
    }
    given = [each for pair in folders.items() for each in pair]
    monkeypatch.setattr(sys, "argv", ["people", *map(str, given), "--shares", "0.5", "1", "--steps", "2"])
    people.main()
    told = json.loads((tmp_path / "people.json").read_text("utf-8"))
    assert told["trained_on"]["0.5"]["clips"] < told["trained_on"]["1"]["clips"]
    found = told["within_one_of_31"]
    assert found["bundled"]["evaluation"]["15"] > found["0.5 of the people"]["evaluation"]["15"]
