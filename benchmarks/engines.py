"""Engines side by side: the same clips, each engine's scores, and where each engine has its zero.

    python -m benchmarks.engines [--clips ../shared/clips/eval] [--engine lite --engine syncnet_v2 …]

Engines whose checkpoint is not installed are named and left out. The zero of an engine is the median
difference of its offsets from lite's over the clips where both find evidence: subtract it to compare them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import provenance, write_result
from liptune.core.analysis import Analysis
from liptune.core.analysis.cache import FolderCache, Subject, analysed
from liptune.core.engines.listing import list_engines
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import engine_ids, load_engine
from liptune.core.errors import LiptuneError
from liptune.core.media.probe.probe import probe, require_audio
from liptune.core.media.sounds import Sound
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import calibration_of
from liptune.core.sync.clip import score_clip
from liptune.core.sync.published import published_scores
from liptune.core.sync.types import Verdict

REFERENCE = "lite"
VIDEO_SUFFIXES = {".mp4", ".avi", ".mpg", ".mov", ".mkv", ".webm"}

Row = dict[str, Any]


def measure_clip(clip: Path, engine: SyncEngine, cache: FolderCache) -> Row:
    """The active speaker's scores, with the published form's of the longest face; or why there are none."""
    try:
        video = probe(clip)
        analysis = analysed(Subject(video, video, engine), Sound(require_audio(video).index), cache=cache)
        score = score_clip(analysis, MeasureOptions(), calibration_of(analysis.engine)).speaker.score
    except LiptuneError as error:
        return {"clip": clip.name, "unusable": f"{error.code}: {error.message}"}
    return {
        "clip": clip.name,
        "offset_frames": score.offset_frames,
        "distance_at_zero": score.distance_at_zero,
        "lse_d": score.lse_d,
        "lse_c": score.lse_c,
        "sync_acc": score.sync_acc,
        "confidence": score.confidence,
        "verdict": score.verdict.value,
        "windows": score.windows,
        "parity": _parity(analysis),
    }


def _videos(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in VIDEO_SUFFIXES)


def _parity(analysis: Analysis) -> Row | None:
    longest = max(analysis.tracks, key=lambda each: each.track.frames)
    published = published_scores(longest.embeddings, analysis.audio[longest.track.first :])
    return asdict(published) if published else None


def zero_frames(rows: Sequence[Row], reference: Sequence[Row]) -> float | None:
    """Median difference of the offsets where both engines find evidence; None where they never do."""
    differences = [
        row["offset_frames"] - other["offset_frames"]
        for row, other in zip(rows, reference, strict=True)
        if _evident(row) and _evident(other)
    ]
    return float(np.median(differences)) if differences else None


def _evident(row: Row) -> bool:
    return "unusable" not in row and row["verdict"] != Verdict.NO_EVIDENCE


def run(clips: Sequence[Path], engine_names: Sequence[str], cache: FolderCache) -> dict[str, Any]:
    """Scores every clip with every engine."""
    engines = {name: load_engine(name) for name in engine_names}
    rows = {name: [measure_clip(clip, engine, cache) for clip in clips] for name, engine in engines.items()}
    reference = rows.get(REFERENCE, next(iter(rows.values())))
    return {
        **provenance(),
        "weights_sha256": {name: engine.weights_sha256 for name, engine in engines.items()},
        "preprocessing": {name: engine.preprocessing for name, engine in engines.items()},
        "zero_frames": {name: zero_frames(found, reference) for name, found in rows.items()},
        "clips": rows,
    }


def _print(result: dict[str, Any]) -> None:
    print("clip                            engine          offset  at 0   LSE-D  LSE-C  SyncAcc  verdict")
    for rows in zip(*result["clips"].values(), strict=True):
        for name, row in zip(result["clips"], rows, strict=True):
            print(f"{row['clip'][:31]:<31} {name:<15}", row.get("unusable") or _numbers(row))
    print("zero, in frames against lite:", result["zero_frames"])


def _numbers(row: Row) -> str:
    return (
        f"{row['offset_frames']:>+6.2f} {row['distance_at_zero']:>6.3f} {row['lse_d']:>6.3f}"
        f" {row['lse_c']:>6.3f} {row['sync_acc']:>7.1%}  {row['verdict']}"
    )


def _ready(wanted: Sequence[str]) -> list[str]:
    ready = [status for status in list_engines() if status.id in wanted]
    for status in ready:
        if not status.ready:
            print(f"{status.id} is left out: run `{status.install}`")
    return [status.id for status in ready if status.ready]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--engine", action="append", choices=engine_ids(), help="default: all that are ready")
    parser.add_argument("--cache", type=Path, default=Path("build/analyses"))
    arguments = parser.parse_args()
    names = _ready(arguments.engine or engine_ids())
    if not names:
        parser.error("no engine is ready")
    result = run(_videos(arguments.clips), names, FolderCache(arguments.cache))
    _print(result)
    print("written to", write_result("engines", result))


if __name__ == "__main__":
    main()
