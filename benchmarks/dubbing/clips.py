"""Tries clips one after another: which, and what is written of them."""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.draws import FAILURES, PICTURES, shuffled
from benchmarks.record import write_result
from liptune.core.analysis.cache import FolderCache
from liptune.core.dub.material import FEWEST_SECONDS
from liptune.core.errors import LiptuneError
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS

Row = dict[str, Any]
Trial = Callable[[Sequence[Path], int, Path, FolderCache], Row]
"""Of all clips and the number of the one that is tried; files go into the folder."""


def options_of(about: str | None, name: str) -> argparse.Namespace:
    """The command line of a benchmark whose record is called ``name``."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--only", nargs="+", default=None, metavar="NAME", help="without the suffix")
    parser.add_argument("--longest", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--most", type=int, default=None, metavar="N", help="clips at most")
    parser.add_argument(
        "--kept", type=Path, default=Path("out/benchmarks/dub"), help="folder of analyses, by content"
    )
    parser.add_argument("--name", default=name, help="of the JSON file")
    return parser.parse_args()


def chosen(folder: Path, options: argparse.Namespace) -> list[Path]:
    """The clips with picture and sound that are long enough for a dub, and short enough."""
    named = [path for path in folder.iterdir() if path.suffix in PICTURES]
    asked = [path for path in named if not options.only or path.stem in options.only]
    return [path for path in shuffled(asked, Path) if _fits(path, options.longest)][: options.most]


def _fits(path: Path, longest: float) -> bool:
    try:
        info = probe(path, NO_LIMITS)
    except LiptuneError:
        return False
    seconds = info.video.duration_seconds if info.video and info.audio else 0.0
    return FEWEST_SECONDS < seconds <= longest


def run(
    options: argparse.Namespace,
    facts: Mapping[str, Any],
    trial: Trial,
    figures: Callable[[Sequence[Row]], dict[str, Any]],
) -> None:
    """Tells of each clip as it comes, and writes what there is after each, ``facts`` first."""
    told = {**facts, "longest": options.longest, "most": options.most}
    clips, rows, unused = chosen(options.clips, options), list[Row](), dict[str, str]()
    for at, clip in enumerate(clips):
        with tempfile.TemporaryDirectory() as folder:
            try:
                rows.append(trial(clips, at, Path(folder), FolderCache(options.kept)))
            except FAILURES as error:
                print(error)  # Not into the record: it may name a folder of this machine.
                unused[clip.name] = f"failed: {type(error).__name__}"
        print(unused.get(clip.name) or rows[-1], flush=True)
        write_result(options.name, {**told, "unused": unused, "figures": figures(rows), "rows": rows})
    for name, value in figures(rows).items():
        print(f"{name:40} {value}")
