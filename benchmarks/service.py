"""Does the service answer quickly while it works?

    python -m benchmarks.service [--rate N] [--seconds N] [--clip FILE]

Asks for a job's status at a fixed rate, first with nothing to do and then while a ``measure`` job runs, on
the real server with its worker. A call's time counts from when it was due, so that a stalled server is not
spared the calls it held up. Also: seconds from accepting a job to its start, on an idle service.
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np

from benchmarks.record import provenance, write_result
from liptune.cli.demo.service import running_service

SAMPLE = Path("samples/astronaut.mp4")
CONNECTIONS = 4
LOOPS = 60
STARTS = 5


def main() -> None:
    """Runs it, prints a table, writes ``results/service.json``."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        clip = arguments.clip or looped(SAMPLE, Path(folder) / "clip.mp4")
        with running_service(Path(folder) / "data") as url:
            rows, starts = measured(url, clip, arguments.rate, arguments.seconds)
    print(f"{'':<24}{'calls':>8}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}")
    for name, row in rows.items():
        print(
            f"{name:<24}{row['calls']:>8}{row['p50_ms']:>10.1f}{row['p99_ms']:>10.1f}{row['max_ms']:>10.1f}"
        )
    print(f"accepted to running: {median(starts):.3f} s (median of {len(starts)})")
    result = {"rate_per_second": arguments.rate, "status": rows, "accept_to_running_seconds": starts}
    print(write_result("service", provenance() | result))


def measured(
    url: str, clip: Path, rate: float, seconds: float
) -> tuple[dict[str, dict[str, float]], list[float]]:
    """The status calls' times, idle and busy, and the seconds that idle jobs waited for their start."""
    with httpx.Client(base_url=url, timeout=60.0, trust_env=False) as http:
        video = upload(http, SAMPLE)
        done = start(http, video)
        ended(http, done)
        rows = {"idle": load(url, done, rate, seconds)}
        starts = [queued_seconds(ended(http, start(http, video))) for _ in range(STARTS)]
        busy = start(http, upload(http, clip))
        wait_until_analysing(http, busy)
        rows["while a job runs"] = load(url, busy, rate, seconds)
        if http.post(f"{busy}/cancel").is_error:
            raise SystemExit("the job ended before the calls did: give a longer --clip")
    return rows, starts


def upload(http: httpx.Client, clip: Path) -> str:
    """Returns the media's id."""
    with clip.open("rb") as content:
        answer = http.post("/v1/media", files={"file": (clip.name, content, "video/mp4")})
    return str(answer.raise_for_status().json()["id"])


def start(http: httpx.Client, video: str) -> str:
    """Returns the path of a new job that measures the video."""
    answer = http.post("/v1/jobs", json={"operation": "measure", "video": video})
    return str(answer.raise_for_status().headers["location"])


def ended(http: httpx.Client, job: str) -> dict[str, Any]:
    """The job, once it has succeeded."""
    while (state := http.get(job).json())["finished_at"] is None:
        time.sleep(0.1)
    if state["status"] != "succeeded":
        raise SystemExit(f"the job failed: {state['error']}")
    return dict(state)


def wait_until_analysing(http: httpx.Client, job: str) -> None:
    """Returns once the worker is past its imports."""
    while http.get(job).json()["stage"] is None:
        time.sleep(0.1)


def queued_seconds(job: dict[str, Any]) -> float:
    """From accepting the job to its start."""
    created, started = (np.datetime64(job[name].rstrip("Z")) for name in ("created_at", "started_at"))
    return float((started - created) / np.timedelta64(1, "s"))


def load(url: str, path: str, rate: float, seconds: float) -> dict[str, float]:
    """Calls at ``rate`` a second over all connections for so many seconds."""
    return load_all(url, [path] * round(rate * seconds), rate, {})


def load_all(url: str, paths: Sequence[str], rate: float, headers: Mapping[str, str]) -> dict[str, float]:
    """Calls each path once, at ``rate`` a second over all connections."""
    shares = [paths[number::CONNECTIONS] for number in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [pool.submit(ask, url, share, rate / CONNECTIONS, headers) for share in shares]
    milliseconds = 1000 * np.array([second for part in parts for second in part.result()])
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {
        "calls": len(milliseconds),
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "max_ms": round(float(milliseconds.max()), 2),
    }


def ask(url: str, paths: Sequence[str], rate: float, headers: Mapping[str, str]) -> list[float]:
    """Seconds from when each call was due to when it was answered, on one connection."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    started = time.perf_counter()
    seconds: list[float] = []
    for number, path in enumerate(paths):
        due = started + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != httpx.codes.OK:
            raise SystemExit(f"{path} answered {answer.status}")
        seconds.append(time.perf_counter() - due)
    connection.close()
    return seconds


def looped(clip: Path, output: Path) -> Path:
    """The clip, many times over."""
    loops = ("-stream_loop", str(LOOPS - 1))
    subprocess.run(("ffmpeg", "-v", "error", *loops, "-i", clip, "-c", "copy", output), check=True)
    return output


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rate", type=float, default=100.0, help="status calls a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to ask, each time")
    parser.add_argument("--clip", type=Path, help="what to measure meanwhile (default: the sample, looped)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
