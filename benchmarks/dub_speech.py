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

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.articulating.closures import CLOSED_GAP, all_said
from benchmarks.dub import FAILURES, chosen
from benchmarks.dubbing.speech import trial
from benchmarks.record import provenance, write_result
from liptune.core.analysis.cache import FolderCache
from liptune.core.articulation.bilabials import WEIGHTS as BILABIALS
from liptune.core.articulation.weights import WEIGHTS
from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.engines.registry import load_engine
from liptune.core.sync.types import Verdict

SURELY_CLOSED = 0.75 * CLOSED_GAP
Row = dict[str, Any]


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


def run(options: argparse.Namespace) -> None:
    """Tells of each clip as it comes, and writes what there is after each."""
    weights = {"articulation_sha256": weights_sha256(WEIGHTS), "bilabials_sha256": weights_sha256(BILABIALS)}
    facts = {**provenance(load_engine("lite")), **weights, "longest": options.longest, "most": options.most}
    speeches, rows, unused = all_said(), list[Row](), dict[str, str]()
    for at, clip in enumerate(chosen(options.clips, options)):
        said, other = (speeches[(at + step) % len(speeches)] for step in range(2))
        with tempfile.TemporaryDirectory() as folder:
            try:
                rows.append(trial(clip, said, other, Path(folder), FolderCache(options.kept)))
            except FAILURES as error:
                print(error)  # Not into the record: it may name a folder of this machine.
                unused[clip.name] = f"failed: {type(error).__name__}"
        print(unused.get(clip.name) or rows[-1], flush=True)
        write_result(options.name, {**facts, "unused": unused, "figures": figures(rows), "rows": rows})
    for name, value in figures(rows).items():
        print(f"{name:20} {value}")


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--only", nargs="+", default=None, metavar="NAME", help="without the suffix")
    parser.add_argument("--longest", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--most", type=int, default=None, metavar="N", help="clips at most")
    parser.add_argument(
        "--kept", type=Path, default=Path("out/benchmarks/dub"), help="folder of analyses, by content"
    )
    parser.add_argument("--name", default="dub-speech", help="of the JSON file")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
