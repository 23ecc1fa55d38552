"""How the dub benchmark counts."""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.dubbing.clips import chosen
from benchmarks.dubbing.figures import figures
from tests.media_factory import ffmpeg


def row(verdict: str, share: float) -> dict[str, Any]:
    side = {"before": "no_evidence", "after": verdict, "confidence": 5.0, "share": share}
    sides = {"lite": side, "judge": side}
    picture = {
        "samples_changed_outside": 0,
        "share_changed": 1.0,
        "seam_step_delta_e": 0.2,
        "flicker_ratio": 1.0,
        "sharpness_ratio": 0.9,
        "frames_a_second": 30.0,
    }
    null = {"lite": "no_evidence", "judge": verdict}
    return {"own": sides, "other": sides, "null": null, "picture": picture}


def test_shares_are_of_the_clips() -> None:
    told = figures([row("in_sync", 0.6), row("no_evidence", 0.2)])
    assert told["clips"] == 2
    assert told["other_in_sync_lite"] == told["null_no_evidence_judge"] == 0.5
    assert told["null_no_evidence_lite"] == 1.0
    assert told["own_share_judge"] == 0.4
    assert told["samples_changed_outside"] == 0
    assert figures([]) == {}


def test_clips_that_are_long_enough_and_have_sound_are_taken_always_in_the_same_order(tmp_path: Path) -> None:
    for name, seconds, sound in (
        ("a", 5, True),
        ("b", 6, True),
        ("c", 3, True),
        ("d", 5, False),
        ("e", 12, True),
    ):
        picture = ("-f", "lavfi", "-i", f"testsrc=size=32x32:rate=25:duration={seconds}")
        heard = ("-f", "lavfi", "-i", f"sine=duration={seconds}") if sound else ()
        ffmpeg(*picture, *heard, tmp_path / f"{name}.mp4")
    asked = argparse.Namespace(only=None, longest=9.0, most=None)
    assert {path.stem for path in chosen(tmp_path, asked)} == {"a", "b"}
    first = argparse.Namespace(only=None, longest=9.0, most=1)
    assert chosen(tmp_path, first) == chosen(tmp_path, asked)[:1]
