"""How much memory does a measurement take, and how does that grow with the clip?

    python -m benchmarks.memory [--engine ID] [--minutes N …] [--dub]

``liptune measure`` as a whole process on the bundled sample, looped; with ``--dub``, ``liptune dub`` with
other words, looped too. Other work beside it changes little.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.record import provenance, write_result
from benchmarks.speed import SAMPLE, Run, looped, measured, timed
from liptune.core.engines.registry import engine_ids, load_engine
from liptune.core.media.probe.probe import probe, require_video

OTHER_WORDS = Path("samples/other_words.m4a")


def peak_mib(lengths: Sequence[float], run: Callable[[Path], Run], folder: Path) -> dict[str, int]:
    """Peak memory of ``run`` on the bundled sample looped to each length in minutes.

    It decodes quickly, and memory does not depend on the source's size: frames arrive at the engine's own.
    """
    clips = {length: looped(SAMPLE, folder / f"{length}.mp4", length) for length in lengths}
    return {f"{length:g} min": round(run(clip).peak_mib) for length, clip in clips.items()}


def dubbed(clip: Path) -> Run:
    """``liptune dub`` of a looped clip with other words, looped as long."""
    words, made = clip.with_suffix(".m4a"), clip.with_name(f"dubbed-{clip.name}")
    looped(OTHER_WORDS, words, require_video(probe(clip)).duration_seconds / 60)
    command = (sys.executable, "-m", "liptune.cli.main", "dub", clip, "--audio", words, "-o", made)
    return timed(*command)


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    engine = load_engine(options.engine)
    with tempfile.TemporaryDirectory() as folder:
        run = dubbed if options.dub else partial(measured, engine=engine.id)
        peaks = peak_mib(options.minutes, run, Path(folder))
    for minutes, peak in peaks.items():
        print(f"peak memory, {minutes}: {peak} MiB")
    name = "memory-dub" if options.dub else "memory" if engine.id == "lite" else f"memory-{engine.id}"
    write_result(name, {**provenance(engine), "peak_mib": peaks})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=engine_ids(), default="lite")
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 6.0, 20.0])
    parser.add_argument("--dub", action="store_true", help="dub instead of measuring")
    return parser.parse_args()


if __name__ == "__main__":
    main()
