"""Is what every container and codec brings read at its time, and is what a copy lacks told?

    python -m benchmarks.containers [--quick] [--only mp4]

Media whose frames carry their number and whose sound has bursts at known times are cut, spliced, delayed and
made to have holes. `measure` is held by the times that analysis gets; each kind of repair by the copy, as
read by ffprobe and ffmpeg alone. ``--quick``: some of the kinds and modes.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.reading.edits import EDITS, Parts, parts
from benchmarks.reading.kinds import KINDS
from benchmarks.reading.modes import MODES
from benchmarks.reading.trial import MEASURE, TARGET_MS, Trial, trials
from benchmarks.record import provenance, write_result

Pair = tuple[int, int]
"""Numbers of a kind and an edit."""


def pairs(only: str, *, quick: bool) -> list[Pair]:
    """What there is to try."""
    return [
        (number, edit)
        for number, kind in enumerate(KINDS)
        for edit, each in enumerate(EDITS)
        if each.fits(kind) and only in kind.label and (kind.quick or not quick)
    ]


def done(media: Parts, pair: Pair, quick: bool) -> list[Trial]:
    """The trials of one file."""
    modes = [mode for mode in MODES if sum(pair) % 2 in mode.quick or not quick]
    return list(trials(media, KINDS[pair[0]], EDITS[pair[1]], modes))


def all_done(media: Parts, wanted: Sequence[Pair], *, quick: bool) -> Iterator[Trial]:
    """In whatever order they end."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for ended in as_completed([pool.submit(done, media, pair, quick) for pair in wanted]):
            for trial in ended.result():
                if not trial.good:
                    print(trial, flush=True)
                yield trial


def rows(found: Sequence[Trial]) -> list[dict[str, Any]]:
    """A line for each edit and mode."""
    return [
        _row(edit.name, mode, chosen)
        for edit in EDITS
        for mode in (MEASURE, *(each.name for each in MODES))
        if (chosen := [trial for trial in found if (trial.edit, trial.mode) == (edit.name, mode)])
    ]


def _row(edit: str, mode: str, chosen: Sequence[Trial]) -> dict[str, Any]:
    errors = [trial.error_ms for trial in chosen if trial.error_ms is not None]
    return {
        "edit": edit,
        "mode": mode,
        "files": len(chosen),
        "good": sum(trial.good for trial in chosen),
        "worst_ms": max(errors, default=None),
        "refused": sum(trial.refused is not None for trial in chosen),
        "told": dict(Counter(code for trial in chosen for code in trial.told)),
        "untold": dict(Counter(code for trial in chosen for code in trial.untold)),
    }


def main() -> None:
    """Prints what is not as it should be, and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="part of the name of a kind, such as mp4")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        media, wanted = parts(Path(folder)), pairs(chosen.only, quick=chosen.quick)
        found = list(all_done(media, wanted, quick=chosen.quick))
    table = rows(found)
    for row in table:
        worst = "" if row["worst_ms"] is None else f"{row['worst_ms']:.1f} ms"
        print(
            f"{row['edit']:<34} {row['mode']:<16} {row['good']:>2} of {row['files']:>2} {worst:>9} "
            f"{row['told']}"
        )
    if chosen.only:
        return
    order = {
        (kind.label, edit.name): number
        for number, (kind, edit) in enumerate((k, e) for k in KINDS for e in EDITS)
    }
    found.sort(key=lambda trial: order[trial.kind, trial.edit])
    result = {
        **provenance(),
        "target_ms": TARGET_MS,
        "rows": table,
        "trials": [asdict(each) for each in found],
    }
    print("written to", write_result("containers-quick" if chosen.quick else "containers", result))


if __name__ == "__main__":
    main()
