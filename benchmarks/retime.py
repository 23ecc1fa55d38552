"""Is the warp that the search finds the warp that was there?

    python -m benchmarks.retime [--clips DIR] [--families NAME …] [--draw N] [--files N] [--name NAME]

Each clip's picture is tampered with by a known warp: the engine's crops are shown in another order and
embedded again. Every competitor sees the same tampered clip. Residuals are against the warp, in ms. With the
family ``constant``, the sound of every clip over 3 s is also delayed by known times, and it is counted how
often they are found to 20 ms. A few clips are tampered with as files, too, retimed by the whole operation,
and measured again from the file.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

import torch

from benchmarks.record import provenance, write_result
from benchmarks.retiming.clips import cut_clips
from benchmarks.retiming.files import HEADER as FILE_HEADER
from benchmarks.retiming.files import file_trials
from benchmarks.retiming.offsets import HEADER as OFFSET_HEADER
from benchmarks.retiming.offsets import OffsetTrial, offset_rows, offset_trials
from benchmarks.retiming.offsets import as_json as offsets_as_json
from benchmarks.retiming.searches import ours
from benchmarks.retiming.table import HEADER, as_json, rows_of
from benchmarks.retiming.trials import Trial, noise_trials, reference, run_trials
from benchmarks.retiming.warps import FAMILIES
from liptune.core.engines.registry import load_engine

NOISE_CLIPS = 40
NOISE_FRAMES = 125
LONG_FRAMES = 75
FILE_FAMILY = "smooth ±3, 2.4-12 s"


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    torch.set_num_threads(1)
    engine = load_engine(options.engine)
    clips = cut_clips(options.clips, engine, options.kept)[: options.most]
    references = [reference(clip, engine) for clip in clips]
    unusable = [ref.clip.name for ref in references if ref.offset is None]
    print(f"{len(clips)} clips; not used, their own offset being unsure: {', '.join(unusable) or 'none'}")
    trials: list[Trial] = []
    offsets: list[OffsetTrial] = []
    for index, ref in enumerate(references):
        seed = index + options.draw * len(references)
        trials += run_trials(ref, engine, options.families, seed=seed)
        if "constant" in options.families:
            offsets += offset_trials(ref, engine, seed=seed)
    rows = list(rows_of(trials))
    long = list(rows_of([trial for trial in trials if trial.frames >= LONG_FRAMES]))
    noise = noise_trials(engine.id, NOISE_FRAMES, NOISE_CLIPS, ours)
    print(HEADER, *rows, sep="\n")
    print(f"of {LONG_FRAMES} frames and more:", *long, sep="\n")
    print(OFFSET_HEADER, *offset_rows(offsets), sep="\n")
    print(f"noise engine: {noise:.0%} of {NOISE_CLIPS} clips left untouched")
    files = list(file_trials(options.clips, references, FILE_FAMILY, engine.id, options.files))
    print(f"whole files, {FILE_FAMILY}:", FILE_HEADER, *files, sep="\n")
    report = {
        **provenance(engine),
        "rows": as_json(rows),
        "rows_of_long": as_json(long),
        "offsets": offsets_as_json(offsets),
        "files": [asdict(trial) for trial in files],
        "unusable": unusable,
        "noise_untouched": noise,
        "offsets_frames": {ref.clip.name: ref.offset for ref in references},
    }
    write_result(options.name, report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--engine", default="lite")
    parser.add_argument("--families", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    parser.add_argument("--most", type=int, default=None, help="clips at most")
    parser.add_argument("--draw", type=int, default=0, help="which warps: another number, others")
    parser.add_argument("--files", type=int, default=8, help="whole files to retime")
    parser.add_argument("--kept", type=Path, default=Path("out/benchmarks/cut"), help="folder of cut clips")
    parser.add_argument("--name", default="retime", help="of the JSON file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
