"""How much memory does a measurement take, and how does that grow with the clip?

    python -m benchmarks.memory [--engine ID] [--minutes N …]

``liptune measure`` as a whole process on the bundled sample, looped; other work beside it changes little.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.record import provenance, write_result
from benchmarks.speed import SAMPLE, looped, measured
from liptune.core.engines.registry import engine_ids, load_engine


def peak_mib(lengths: Sequence[float], engine: str, folder: Path) -> dict[str, int]:
    """Peak memory of measuring the bundled sample looped to each length in minutes.

    It decodes quickly, and memory does not depend on the source's size: frames arrive at the engine's own.
    """
    clips = {length: looped(SAMPLE, folder / f"{length}.mp4", length) for length in lengths}
    runs = {length: measured(clip, engine) for length, clip in clips.items()}
    return {f"{length:g} min": round(run.peak_mib) for length, run in runs.items()}


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    engine = load_engine(options.engine)
    with tempfile.TemporaryDirectory() as folder:
        peaks = peak_mib(options.minutes, engine.id, Path(folder))
    for minutes, peak in peaks.items():
        print(f"peak memory, {minutes}: {peak} MiB")
    name = "memory" if engine.id == "lite" else f"memory-{engine.id}"
    write_result(name, {**provenance(engine), "peak_mib": peaks})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=engine_ids(), default="lite")
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 6.0, 20.0])
    return parser.parse_args()


if __name__ == "__main__":
    main()
