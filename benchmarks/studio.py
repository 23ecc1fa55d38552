"""How the service does on PostgreSQL, Redis and S3, under load.

    python -m benchmarks.studio [--rate N] [--seconds N] [--queued N] [--upload-gib N] [--jobs N]

On servers of its own (moto's stands in for S3), with one worker and then two. Idle: seconds from accepting a
job to its start. Busy: status calls at a fixed rate while jobs run. The API's memory while it takes a large
upload. Jobs a minute with one worker and with two, of a clip whose analysis is made. Then, with both, a queue
of many jobs that only probe their clip and store what they found: the queue is measured, not the engine; and
how long a job of another owner, accepted behind them, waits.
"""

import argparse
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.record import provenance, write_result
from benchmarks.service import SAMPLE, ended, load_all, queued_seconds, start, upload
from benchmarks.studio_parts import KEYS, Studio

STARTS = 5
GIB = 1 << 30
POLL_SECONDS = 0.2


def main() -> None:
    """Runs it, prints a table, writes ``results/studio.json``."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, Studio(Path(folder)) as studio:
        studio.hire()
        rows: dict[str, Any] = {}
        for name, value in measured(studio, arguments, Path(folder)):
            print(f"{name:<44}{value}", flush=True)
            rows[name] = value
    print(write_result("studio", provenance() | {"arguments": vars(arguments)} | rows))


def measured(studio: Studio, arguments: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Any]]:
    """Every row of the table: what it says, and the figure."""
    with studio.client(KEYS[0]) as http, studio.client(KEYS[1]) as other:
        video = upload(http, SAMPLE)
        ended(http, start(http, video))
        starts = [queued_seconds(ended(http, start(http, video))) for _ in range(STARTS)]
        yield "accepted to running, s (median)", round(median(starts), 3)
        with busy(http, video):
            asked = [start(http, video)] * round(arguments.rate * arguments.seconds)
            calls = load_all(studio.url, asked, arguments.rate, dict(http.headers))
        yield "status calls while jobs run", calls
        yield "API memory, MiB", memory(http, studio.api.pid, folder, arguments.upload_gib)
        one = jobs_a_minute(http, video, arguments.jobs)
        studio.hire()
        two = jobs_a_minute(http, video, arguments.jobs)
        yield "jobs a minute, one worker and two", [round(one, 1), round(two, 1), round(two / one, 2)]
        yield "a queue of jobs", drained(http, video, arguments.queued, other)


@contextmanager
def busy(http: httpx.Client, video: str) -> Iterator[None]:
    """Keeps jobs running for as long as the block lasts."""
    jobs = [start(http, video) for _ in range(100)]
    try:
        yield
    finally:
        for job in jobs:
            http.post(f"{job}/cancel")
        wait_until_ended(http, jobs)


def drained(http: httpx.Client, video: str, count: int, other: httpx.Client) -> dict[str, float]:
    """Submits the jobs as fast as one client can, behind them one of another, and waits for the last."""
    theirs = upload(other, SAMPLE)
    began = time.perf_counter()
    jobs = [probing(http, video) for _ in range(count)]
    accepted = time.perf_counter() - began
    waited = queued_seconds(ended(other, probing(other, theirs)))
    wait_until_ended(http, jobs)
    if {http.get(job).json()["status"] for job in jobs} != {"succeeded"}:
        raise SystemExit("not every job has succeeded")
    seconds = time.perf_counter() - began
    return {
        "jobs": count,
        "accepted in s": round(accepted, 1),
        "drained in s": round(seconds, 1),
        "another waits s": round(waited, 2),
    }


def probing(http: httpx.Client, video: str) -> str:
    """Returns the path of a new job that only probes the video."""
    body = {"operation": "probe", "video": video, "options": {"steps": 0}}
    return str(http.post("/v1/jobs", json=body).raise_for_status().headers["location"])


def wait_until_ended(http: httpx.Client, jobs: list[str]) -> None:
    """Returns once none of the jobs is queued or runs."""
    wanted = {job.rpartition("/")[2] for job in jobs}
    while True:
        open_jobs = (
            job["id"]
            for status in ("queued", "running")
            for job in http.get("/v1/jobs", params={"status": status, "limit": 100}).json()["items"]
        )
        if not wanted & set(open_jobs):
            return
        time.sleep(POLL_SECONDS)


def memory(http: httpx.Client, api: int, folder: Path, gib: float) -> dict[str, float]:
    """The API's resident memory before a large upload, and at its highest meanwhile."""
    clip = folder / "large.avi"
    size = int(gib * GIB)
    raw = (
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=1920x1080:r=25",
        "-f",
        "lavfi",
        "-i",
        "anullsrc",
        "-fs",
        str(size),
    )
    subprocess.run(("ffmpeg", "-v", "error", *raw, "-c:v", "rawvideo", "-c:a", "pcm_s16le", clip), check=True)
    before, peak, done = resident_mib(api), 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, resident_mib(api))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    with ExitStack() as stack:
        stack.callback(watcher.join)
        stack.callback(done.set)
        content = stack.enter_context(clip.open("rb"))
        answer = http.post("/v1/media", content=content, headers={"Content-Type": "video/x-msvideo"})
        answer.raise_for_status()
    clip.unlink()
    seconds = round(time.perf_counter() - began, 1)
    sent = round(answer.json()["bytes"] / 2**20)
    return {"before": round(before), "at most": round(peak), "upload MiB": sent, "s": seconds}


def resident_mib(process: int) -> float:
    """What the process holds in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def jobs_a_minute(http: httpx.Client, video: str, count: int) -> float:
    """How many of so many jobs, all submitted at once, end in a minute."""
    jobs = [start(http, video) for _ in range(count)]
    began = time.perf_counter()
    wait_until_ended(http, jobs)
    return 60 * count / (time.perf_counter() - began)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rate", type=float, default=200.0, help="status calls a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to ask")
    parser.add_argument("--queued", type=int, default=1000, help="jobs in the queue")
    parser.add_argument("--upload-gib", type=float, default=1.0, help="size of the large upload")
    parser.add_argument("--jobs", type=int, default=20, help="jobs for each count of workers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
