"""Do lips meet and rest in the picture of a dub, where p, b, m and pauses are known?

    python -m benchmarks.dub_speech [--most N] [--longest SECONDS] [--only NAME ...]

Each clip is dubbed with a sentence of espeak-ng's, said twice with a pause between, whose phonemes have known
times. The lips are read from the written copy by the face mesh, smoothed over five frames as in every
measurement. Told are the bilabials during which the inner lips come nearer than 2 % of the distance between
the eyes, of faces that show such a closed mouth themselves; of all faces, those during which they come as
near to the face's own closed mouth, in the copy and in what was asked for; the frames of pauses within a
pixel of the closed mouth; and the null, the verdict of the bundled engine on the copy with another sentence's
sound. Clips come in the order of `benchmarks.dub`. Needs espeak-ng.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.articulating.closures import CLOSED_GAP, all_said
from benchmarks.dubbing.clips import Row, options_of, run
from benchmarks.dubbing.speech import trial
from benchmarks.record import provenance
from liptune.core.analysis.cache import FolderCache
from liptune.core.articulation.bilabials import WEIGHTS as BILABIALS
from liptune.core.articulation.weights import WEIGHTS
from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.engines.registry import load_engine
from liptune.core.sync.types import Verdict

SURELY_CLOSED = 0.75 * CLOSED_GAP


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Shares over all clips together; empty without any."""
    if not rows:
        return {}
    able = [row for row in rows if row["closed_lips"] < SURELY_CLOSED]
    return {
        "clips": len(rows),
        "clips_that_close": len(able),
        "closures": sum(row["closures"] for row in rows),
        "closed": _share(able, "closed", "closures"),
        "closed_own": _share(rows, "closed_own", "closures"),
        "asked": _share(rows, "asked", "closures"),
        "paused_frames": sum(row["paused"] for row in rows),
        "rested": _share(rows, "rested", "paused"),
        "null_no_evidence": sum(row["null"] == Verdict.NO_EVIDENCE for row in rows) / len(rows),
    }


def _share(rows: Sequence[Row], part: str, whole: str) -> float | None:
    total = sum(row[whole] for row in rows)
    return sum(row[part] for row in rows) / total if total else None


def main() -> None:
    """Runs the benchmark."""
    weights = {"articulation_sha256": weights_sha256(WEIGHTS), "bilabials_sha256": weights_sha256(BILABIALS)}
    speeches = all_said()

    def tried(clips: Sequence[Path], at: int, folder: Path, cache: FolderCache) -> Row:
        said, other = (speeches[(at + step) % len(speeches)] for step in range(2))
        return trial(clips[at], said, other, folder, cache)

    run(options_of(__doc__, "dub-speech"), {**provenance(load_engine("lite")), **weights}, tried, figures)


if __name__ == "__main__":
    main()
