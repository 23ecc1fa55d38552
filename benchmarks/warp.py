"""Does warp repair what retime repairs, and is the picture intact?

    python -m benchmarks.warp [--plan found|truth] [--judge ENGINE] [--longest SECONDS] [--most N]

The sound of each clip is bent by a known smooth function within ±3 frames, its pitch kept. Retime and warp,
with both blends, get the same plan: the one that is found, or the truth itself, which shows what each makes
of a perfect plan. Residuals are against the truth, distances are measured on the files. Gains stand beside
those of the null: the best plan of the same kind, and the same repair on the same clip before its own
sound moved round by half its length; a repair's real gain is what is beyond that. Clips come in the order of
their names' digests, so that the first are a fair draw; those that can tell nothing, or fail, are listed.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.draws import FAILURES, PICTURES, shuffled
from benchmarks.record import provenance, write_result
from benchmarks.warping.cases import PLANNERS, UnusableClip
from benchmarks.warping.opinions import BUNDLED, FEWEST_FRAMES, judge_named
from benchmarks.warping.table import figures, line, lines
from benchmarks.warping.trial import Row, trial
from liptune.core.analysis.cache import FolderCache
from liptune.core.engines.registry import engine_ids, load_engine
from liptune.core.errors import LiptuneError
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.types import ANALYSIS_FPS, NO_LIMITS

SHORTEST = FEWEST_FRAMES / ANALYSIS_FPS


def chosen(folder: Path, options: argparse.Namespace) -> Iterator[tuple[int, Path]]:
    """The clips long enough for a null, and short enough, each with the seed of its bend."""
    named = enumerate(sorted(path for path in folder.iterdir() if path.suffix in PICTURES))
    asked = [(seed, path) for seed, path in named if not options.only or path.stem in options.only]
    drawn = shuffled(asked, lambda pair: pair[1])
    fit = (pair for pair in drawn if SHORTEST <= _seconds(pair[1]) <= (options.longest or math.inf))
    return islice(fit, options.most)


def _seconds(path: Path) -> float:
    try:
        return require_video(probe(path, NO_LIMITS)).duration_seconds
    except LiptuneError:
        return SHORTEST  # The trial says what is wrong with it.


def run(options: argparse.Namespace) -> None:
    """Tells of each clip as it comes, and writes what there is after each."""
    judge, cache = judge_named(options.judge), FolderCache(options.kept)
    told = {
        **provenance(load_engine(BUNDLED)),
        "plan": options.plan,
        "judge": judge,
        "longest": options.longest,
    }
    rows: list[Row] = []
    unused: dict[str, str] = {}
    for seed, path in chosen(options.clips, options):
        with tempfile.TemporaryDirectory() as folder:
            try:
                rows.append(trial(path, Path(folder), cache, planned_by=options.plan, judge=judge, seed=seed))
            except UnusableClip as reason:
                unused[path.name] = str(reason)
            except FAILURES as error:
                print(error)  # Not into the record: it may name a folder of this machine.
                unused[path.name] = f"failed: {type(error).__name__}"
        print(f"{path.name:24} {unused[path.name]}" if path.name in unused else line(rows[-1]), flush=True)
        told |= {"unused": unused, "figures": figures(rows), "rows": rows}
        write_result(options.name, told)
    print(*lines(figures(rows)), sep="\n")
    print(f"not used: {len(unused)}; judge: {judge or 'none, no other engine has its weights here'}")


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--only", nargs="+", default=None, metavar="NAME", help="without the suffix")
    parser.add_argument("--longest", type=float, default=None, metavar="SECONDS")
    parser.add_argument("--most", type=int, default=None, metavar="N", help="clips at most")
    parser.add_argument("--plan", default="found", choices=PLANNERS)
    parser.add_argument(
        "--judge",
        default="auto",
        choices=["auto", *(name for name in engine_ids() if name != BUNDLED)],
        help="an engine; auto: the strongest that is ready",
    )
    parser.add_argument(
        "--kept", type=Path, default=Path("out/benchmarks/warp"), help="folder of analyses, by content"
    )
    parser.add_argument("--name", default="warp", help="of the JSON file")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
