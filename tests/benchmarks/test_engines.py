"""The comparison of engines, with published networks that never learnt: golden weights, real clips."""

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import engines
from liptune.core.analysis.cache import FolderCache
from liptune.core.engines.lite.engine import load
from tests.core.engines.test_published_engines import stable_syncnet, syncnet_v2

if TYPE_CHECKING:
    from collections.abc import Callable

    from liptune.core.engines.protocol import SyncEngine

SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut_early.mp4"
NAMES = ("lite", "syncnet_v2", "stable_syncnet")


@pytest.mark.slow
def test_engines_stand_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: dict[str, Callable[[], SyncEngine]] = {
        "lite": load,
        "syncnet_v2": syncnet_v2,
        "stable_syncnet": stable_syncnet,
    }
    monkeypatch.setattr(engines, "load_engine", lambda name: made[name]())
    clip, damaged = tmp_path / "clip.mp4", tmp_path / "damaged.mp4"
    command = ["ffmpeg", "-v", "error", "-t", "2", "-i", str(SAMPLE), "-c", "copy", str(clip)]
    subprocess.run(command, check=True)
    damaged.write_bytes(b"no clip")
    found = engines.run([clip, damaged], NAMES, FolderCache(tmp_path / "cache"))
    rows = {name: found["clips"][name][0] for name in NAMES}
    assert [rows[name]["verdict"] for name in NAMES[1:]] == ["no_evidence"] * 2
    assert [rows[name]["parity"]["windows"] for name in NAMES[1:]] == [50 - 5, 50 - 15]
    assert [found["zero_frames"][name] for name in NAMES[1:]] == [None, None]
    assert all("media_unreadable" in found["clips"][name][1]["unusable"] for name in NAMES)
    engines._print(found)
    assert sum(line.startswith("clip.mp4") for line in capsys.readouterr().out.splitlines()) == len(NAMES)


def test_the_zero_is_the_median_difference_where_both_are_sure() -> None:
    def row(offset: float, verdict: str = "in_sync") -> engines.Row:
        return {"offset_frames": offset, "verdict": verdict}

    ours = [row(1.0), row(4.0), row(9.0), row(2.5), {"unusable": "no_face"}]
    theirs = [row(0.5), row(3.0), row(0.0, "no_evidence"), row(-0.5), row(0.0)]
    assert engines.zero_frames(ours, theirs) == 1.0
    assert engines.zero_frames(ours[2:3], theirs[2:3]) is None
