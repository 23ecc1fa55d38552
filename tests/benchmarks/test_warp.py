"""The warp benchmark: its nulls, its judges, and how it counts."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import record, warp
from benchmarks.warping.cases import Bent, UnusableClip, bend, found, known, taken
from benchmarks.warping.opinions import Engine, Unrelated, bench
from benchmarks.warping.repairs import Repaired
from benchmarks.warping.table import figures, share
from benchmarks.warping.trial import Row
from liptune.core.analysis.cache import FolderCache
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.types import RetimeMode
from liptune.core.sync.types import Verdict

SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut_early.mp4"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine("lite", FolderCache(tmp_path_factory.mktemp("analyses")))


def test_sound_turned_round_is_no_evidence_and_is_moved_for_only_when_made_to(engine: Engine) -> None:
    own, turned = engine(SAMPLE), Unrelated(engine)(SAMPLE)
    assert own.clip.speaker.score.verdict is not Verdict.NO_EVIDENCE
    assert turned.clip.speaker.score.verdict is Verdict.NO_EVIDENCE
    assert turned.clip.speaker.score.distance_at_zero > own.clip.speaker.score.distance_at_zero
    nothing = np.zeros(0)
    assert found(turned, nothing).warp is None
    for mode in (RetimeMode.OFFSET, RetimeMode.LOCAL):
        assert taken(mode)(turned, nothing).mode is mode


@pytest.mark.slow
def test_a_judge_shares_nothing_with_the_planner(engine: Engine) -> None:
    people = bench("judge", engine.cache)
    assert people.judge is not None
    engines = [each(SAMPLE).analysis.engine for each in (people.planner, people.judge)]
    assert engines[0].weights_sha256 != engines[1].weights_sha256
    assert bench(None, engine.cache).judge is None


@pytest.mark.slow
def test_the_truth_is_the_bend_beside_the_clips_own_offset(engine: Engine, tmp_path: Path) -> None:
    made = bend(SAMPLE, tmp_path, engine, seed=1)
    offset = engine(SAMPLE).clip.speaker.score.offset_frames / ANALYSIS_FPS
    moved = made.truth - np.arange(len(made.truth)) / ANALYSIS_FPS - offset
    assert 0 < np.abs(moved).max() <= 3.001 / ANALYSIS_FPS
    assert known(engine(SAMPLE, made.sound), made.truth).warp is not None
    with pytest.raises(UnusableClip, match="unsure"):
        bend(SAMPLE, tmp_path, Unrelated(engine), seed=1)


def test_a_residual_follows_the_sound_where_that_is_moved(tmp_path: Path) -> None:
    clock = np.arange(50) / ANALYSIS_FPS
    bent = Bent(tmp_path, tmp_path, clock + 0.08)
    assert Repaired(tmp_path, clock, clock).residual_ms(bent) == pytest.approx(80)
    assert Repaired(tmp_path, clock, clock + 0.08).residual_ms(bent) == pytest.approx(0)
    assert Repaired(tmp_path, clock[10:40], clock[10:40], 0.08).residual_ms(bent) == pytest.approx(0)


def _row(before: float, after: float | None, real: float = 0.0, of: float = 0.0) -> Row:
    repairs = {
        "retime": {"residual_ms": after, "real_gain": of},
        "pyramid": {"residual_ms": after, "real_gain": real},
    }
    left = "nothing found" if after is None else None
    return {"left_alone": left, "residual_before_ms": before, "repairs": {} if left else repairs}


def test_a_clip_left_alone_counts_as_it_was() -> None:
    told = figures([_row(60, 20, 0.04, 0.06), _row(40, 30, 0.02, 0.06), _row(50, None)])
    mine = told["repairs"]["pyramid"]
    assert (told["clips"], told["planned"]) == (3, 2)
    assert told["residual_before_ms"]["mean"] == told["residual_before_all_ms"]["mean"] == 50
    assert mine["residual_ms"] == {"mean": 25, "median": 25, "most": 30}
    assert mine["residual_all_ms"]["mean"] == pytest.approx(100 / 3)
    assert mine["real_gain_all"]["mean"] == pytest.approx(0.02)
    assert mine["nearer"] == 2
    assert mine["share_of_retime_real_gain"]["share"] == pytest.approx(0.5)
    assert figures([])["planned"] == 0


def test_a_share_is_of_the_sums_and_varies_with_the_clips() -> None:
    same = share([0.1, 0.2, 0.3], [0.2, 0.4, 0.6])
    assert [same[key] for key in ("share", "low", "high")] == pytest.approx([0.5, 0.5, 0.5])
    mixed = share([0.0, 0.2, 0.3], [0.2, 0.4, 0.6])
    assert mixed["low"] < mixed["share"] < mixed["high"]
    assert mixed["clips_at_least_half"] == 2


@pytest.mark.slow
def test_a_run_tells_of_every_clip_and_survives_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    clips = tmp_path / "clips"
    clips.mkdir()
    (clips / "a.mp4").write_bytes(b"no clip")
    (clips / "b.mp4").symlink_to(SAMPLE)
    asked = {"clips": clips, "only": None, "longest": 60.0, "most": None, "kept": tmp_path / "kept"}
    warp.run(argparse.Namespace(**asked, plan="truth", judge="judge", name="trial"))
    told = json.loads((tmp_path / "results" / "trial.json").read_text("utf-8"))
    assert list(told["unused"]) == ["a.mp4"]
    (row,) = told["rows"]
    assert row["clip"] == "b.mp4"
    for repair in row["repairs"].values():
        assert repair["residual_ms"] < row["residual_before_ms"]
        for who in ("", "judge_"):
            parts = [repair[f"{who}{key}"] for key in ("gain", "null_gain", "real_gain")]
            assert parts[0] - parts[1] == pytest.approx(parts[2])
    assert row["repairs"]["pyramid"]["samples_changed_outside"] == 0
    printed = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in printed[:2]} == {"a.mp4", "b.mp4"}
