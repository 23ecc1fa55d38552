"""How much memory does a measurement take, how does it grow with the clip, and what does the search cost?

    python -m benchmarks.memory [--engine ID] [--minutes N …]

``liptune measure`` as a whole process on the bundled sample, looped; other work beside it changes little.
"""

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.record import provenance, write_result
from benchmarks.speed import SAMPLE, Run, looped, measured
from liptune.core.engines.registry import engine_ids, load_engine

SEARCHES = (0.6, 5.0, 60.0)
"""Seconds: as near as papers look, the default, and as far as may be asked for."""


def looked(minutes: float, engine: str, folder: Path) -> list[Run]:
    """Measuring the bundled sample, looped, with each of the searches in turn.

    It decodes quickly, and memory does not depend on the source's size: frames arrive at the engine's own.
    """
    clip = looped(SAMPLE, folder / f"{minutes}.mp4", minutes)
    return [measured(clip, engine, "--max-offset-seconds", str(seconds)) for seconds in SEARCHES]


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    engine = load_engine(options.engine)
    with tempfile.TemporaryDirectory() as folder:
        runs = {f"{each:g} min": looked(each, engine.id, Path(folder)) for each in options.minutes}
    for minutes, found in runs.items():
        for seconds, run in zip(SEARCHES, found, strict=True):
            print(f"{minutes}, up to {seconds} s: {run.peak_mib:.0f} MiB, {run.cpu_seconds:.1f} s")
    name = "memory" if engine.id == "lite" else f"memory-{engine.id}"
    rows = [
        {"length": length, "searched": seconds, **asdict(run)}
        for length, found in runs.items()
        for seconds, run in zip(SEARCHES, found, strict=True)
    ]
    write_result(name, {**provenance(engine), "rows": rows})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=engine_ids(), default="lite")
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 6.0, 20.0])
    return parser.parse_args()


if __name__ == "__main__":
    main()
