"""What a whole film costs, looked at in parts by one worker and by two, and whether that is exact.

    python -m benchmarks.film [--minutes N] [--clips FOLDER] [--size WxH] [--fps N] [--workers N …]

Joins clips to a film, and has the embedded service measure it: in a single pass, then in parts by so many
workers, each time on a data folder of its own. A row has the wall time, the processor time, the most memory
of each kind of process, and whether the job's result is that of the single pass. ``before`` and ``after`` are
the seconds in which nobody looks at a part, and ``undivided_share`` is what they are of the wall time. With N
workers that each have a machine like this one, expect ``before`` + ``parts`` of one worker / N + ``after``,
and no less than the longest part takes; on one machine workers share its processors.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.filming.crew import crew
from benchmarks.filming.picture import Look, make_film, usable
from benchmarks.record import provenance, write_result
from benchmarks.service import start, upload
from liptune.core.engines.lite.engine import load
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.settings import Settings

POLL_SECONDS = 0.25
UNDIVIDED = 1e6
"""Seconds of a part that no film is longer than."""

ALL_PARTS = 0.985
"""Progress of the analysis from which on no part is looked at."""

Row = dict[str, Any]


def main() -> None:
    """Runs it, prints a row each, writes ``results/film.json``."""
    given = _arguments()
    with tempfile.TemporaryDirectory(dir=given.scratch) as name:
        folder = Path(name)
        look = Look(given.size, given.fps, given.longest)
        film = make_film(usable(given.clips)[: given.most], folder / "film.mp4", given.minutes, look)
        video = require_video(probe(film))
        facts = {
            "seconds": round(video.duration_seconds, 1),
            "size": f"{video.width}x{video.height}",
            "fps": round(float(video.fps), 3),
            "bytes": film.stat().st_size,
            "part_seconds": given.part_seconds,
        }
        print(facts, flush=True)
        rows, truth = {}, None
        for label, workers, seconds in runs(given):
            rows[label], found = measured(film, folder / label.replace(" ", "-"), workers, seconds)
            truth = truth or found
            rows[label]["equal"] = found == truth
            print(label, rows[label], flush=True)
    print(write_result(given.name, provenance(load()) | {"film": facts, "runs": rows}))


def runs(given: argparse.Namespace) -> list[tuple[str, int, float]]:
    """What a run is called, its workers, and the seconds of its parts."""
    divided = [(f"parts, workers {count}", count, given.part_seconds) for count in given.workers]
    return [("single pass", 1, UNDIVIDED), *divided]


def measured(film: Path, data: Path, workers: int, part_seconds: float) -> tuple[Row, Row]:
    """A row, and the job's result."""
    data.mkdir()
    with (
        crew(data, workers, part_seconds) as hired,
        httpx.Client(base_url=hired.url, timeout=600.0, trust_env=False) as http,
    ):
        times, result = followed(http, start(http, upload(http, film)))
    row = times | {"cpu_seconds": round(hired.cpu_seconds, 1), "peak_mib": hired.peaks}
    return row, result


def followed(http: httpx.Client, job: str) -> tuple[Row, Row]:
    """Watches the job to its end: seconds before, in and after the parts, and its result."""
    begun = time.monotonic()
    parts_from = parts_to = None
    while (state := http.get(job).json())["finished_at"] is None:
        now = time.monotonic() - begun
        if state["stage"] == "analyse" and state["progress"] > 0 and parts_from is None:
            parts_from = now
        beyond = state["stage"] not in {None, "probe", "analyse"}
        if parts_from is not None and parts_to is None and (beyond or state["progress"] >= ALL_PARTS):
            parts_to = now
        time.sleep(POLL_SECONDS)
    wall = time.monotonic() - begun
    if state["status"] != "succeeded":
        raise SystemExit(f"the job failed: {state['error']}")
    parts_from, parts_to = parts_from or 0.0, parts_to or wall
    times = {"wall_seconds": wall, "before": parts_from, "parts": parts_to - parts_from}
    times["after"] = wall - parts_to
    row = {name: round(seconds, 1) for name, seconds in times.items()}
    return row | {"undivided_share": round(1 - times["parts"] / wall, 3)}, state["result"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120.0, help="length of the film")
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--most", type=int, default=None, help="clips at most")
    parser.add_argument("--longest", type=float, default=20.0, help="seconds taken of a clip")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--fps", default="25")
    parser.add_argument("--part-seconds", type=float, default=Settings.model_fields["part_seconds"].default)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--scratch", type=Path, default=None, help="folder for the film and the data")
    parser.add_argument("--name", default="film", help="of the record")
    return parser.parse_args()


if __name__ == "__main__":
    main()
