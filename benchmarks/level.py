"""Does the offset depend on how loud a file is?

    python -m benchmarks.level [--clips ../shared/clips/eval]

The sound of each clip is brought to several levels, as a louder or quieter recording has them, and its offset
measured anew. A clip's range is that of its offsets; clips count whose offset is sure at every level.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.record import provenance, write_result
from benchmarks.retiming.clips import CutClip, cut_clips
from benchmarks.timing.people import embed
from liptune.core.analysis import identity_of
from liptune.core.engines.levelling import level_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.sync.calibration import Calibration, calibration_of
from liptune.core.sync.score import Face, score_faces
from liptune.core.sync.verdict import FRAME_MS

LEVELS = (-10.0, -20.0, -30.0, -40.0)


def offsets(clip: CutClip, engine: SyncEngine, calibration: Calibration) -> list[float] | None:
    """Milliseconds at each level; None where one of them is not sure."""
    video, own = embed(engine, clip.inputs), level_of(clip.samples)
    found = []
    for level in LEVELS:
        sound = (clip.samples * 10 ** ((level - own) / 20)).astype(np.float32)
        scored = score_faces(
            [Face(0, video)],
            engine.embed_audio([sound]),
            len(video),
            calibration,
            max_offset_seconds=0.6,
        )
        if scored is None or not scored.timeline.evident:
            return None
        found.append(scored.score.offset_frames * FRAME_MS)
    return found


def summary(found: Sequence[Sequence[float]]) -> dict[str, Any]:
    """How far offsets move with the level, in milliseconds."""
    moved = np.array(found)
    ranges = np.ptp(moved, axis=1)
    return {
        "clips": len(found),
        "mean offset by level": dict(
            zip(map(str, LEVELS), moved.mean(axis=0).round(1).tolist(), strict=True)
        ),
        "range, median": round(float(np.median(ranges)), 1),
        "range, most": round(float(ranges.max()), 1),
    }


def main() -> None:
    """Prints the summary and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--kept", type=Path, default=Path("out/benchmarks/cut"), help="folder of cut clips")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    engine = load_engine("lite")
    calibration = calibration_of(identity_of(engine))
    each = {
        clip.name: offsets(clip, engine, calibration) for clip in cut_clips(chosen.clips, engine, chosen.kept)
    }
    told = summary([found for found in each.values() if found is not None])
    print(told)
    print("written to", write_result("level", {**provenance(engine), **told, "offsets": each}))


if __name__ == "__main__":
    main()
