"""The whole of ``make train-dub`` on a handful of clips: from files to weights that speak."""

import sys
from pathlib import Path

import pytest

from liptune.core.articulation.weights import load_network
from training import dub

CLIPS = Path(__file__).parents[2].parent / "shared" / "clips" / "train"
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
    made = tmp_path / "made.safetensors"
    arguments = ["--clips", clips, "--cache", tmp_path / "cache", "--weights", made]
    monkeypatch.setattr(sys, "argv", ["dub", *map(str, arguments), "--steps", "2", "3", "--processes", "2"])
    dub.main()
    assert len(load_network(made).members) == 2
    assert (tmp_path / "training-dub.json").is_file()
