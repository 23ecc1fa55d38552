"""Is what every container and codec brings read at its time, and is what a copy lacks told?

    python -m benchmarks.containers [--quick] [--only mp4] [--missing]

Media whose frames carry their number and whose sound has bursts at known times are cut, spliced, delayed and
made to have holes. `measure` is held by the times that analysis gets; each kind of repair by the copy, as
read by ffprobe and ffmpeg alone. ``--quick``: some of the kinds and modes. ``--only``: one part after the
other; the record keeps what it has of the rest, and each file as soon as it is tried. ``--missing``: those
that a run which ended early has left out, or in which something took too long.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.reading.edits import EDITS, Parts, parts
from benchmarks.reading.kinds import KINDS
from benchmarks.reading.modes import MODES
from benchmarks.reading.record import keep, kept, rows
from benchmarks.reading.trial import Trial, trials
from benchmarks.record import provenance

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


def names(pair: Pair) -> tuple[str, str]:
    """What the kind and the edit are called."""
    return KINDS[pair[0]].label, EDITS[pair[1]].name


def done(media: Parts, pair: Pair, quick: bool) -> list[Trial]:
    """The trials of one file."""
    modes = [mode for mode in MODES if sum(pair) % 2 in mode.quick or not quick]
    return list(trials(media, KINDS[pair[0]], EDITS[pair[1]], modes))


def all_done(media: Parts, wanted: Sequence[Pair], *, quick: bool) -> Iterator[list[Trial]]:
    """The trials of each file, in whatever order they end: one file for each core that it may use."""
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for ended in as_completed([pool.submit(done, media, pair, quick) for pair in wanted]):
            for trial in ended.result():
                if not trial.good:
                    print(trial, flush=True)
            yield ended.result()


def main() -> None:
    """Prints what is not as it should be, and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="part of the name of a kind, such as mp4")
    parser.add_argument("--missing", action="store_true", help="only the files that the record lacks")
    chosen = parser.parse_args()
    name = "containers-quick" if chosen.quick else "containers"
    wanted, facts = pairs(chosen.only, quick=chosen.quick), provenance()
    if chosen.missing:
        there = {(trial.kind, trial.edit) for trial in kept(name, ())}
        wanted = [pair for pair in wanted if names(pair) not in there]
    found = kept(name, map(names, wanted))
    with TemporaryDirectory() as folder:
        for trials_of_file in all_done(parts(Path(folder)), wanted, quick=chosen.quick):
            found += trials_of_file
            keep(name, found, facts)
    for row in rows(found):
        worst = "" if row["worst_ms"] is None else f"{row['worst_ms']:.1f} ms"
        print(
            f"{row['edit']:<34} {row['mode']:<16} {row['good']:>2} of {row['files']:>2} {worst:>9} "
            f"{row['told']}"
        )


if __name__ == "__main__":
    main()
