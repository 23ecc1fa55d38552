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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np

from benchmarks.record import provenance, write_result
from cli.demo.client import Client
from cli.demo.service import running_service

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
    client = Client(url)
    warm = client.wait(client.measure(client.upload(SAMPLE)), lambda _job: None)
    path = f"/v1/jobs/{warm['id']}"
    until = time.perf_counter() + seconds
    rows = {"idle": load(url, path, rate, lambda: time.perf_counter() < until)}
    starts = [start_seconds(client, warm["video"]) for _ in range(STARTS)]
    job = client.measure(client.upload(clip))
    rows["while a job runs"] = load(url, f"/v1/jobs/{job['id']}", rate, unfinished(url, job["id"]))
    return rows, starts


def load(url: str, path: str, rate: float, go_on: Callable[[], bool]) -> dict[str, float]:
    """Calls at ``rate`` a second over all connections for as long as ``go_on`` says."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [pool.submit(ask, url, path, rate / CONNECTIONS, go_on) for _ in range(CONNECTIONS)]
    milliseconds = 1000 * np.array([second for part in parts for second in part.result()])
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {
        "calls": len(milliseconds),
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "max_ms": round(float(milliseconds.max()), 2),
    }


def ask(url: str, path: str, rate: float, go_on: Callable[[], bool]) -> list[float]:
    """Seconds from when each call was due to when it was answered, on one connection."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    started = time.perf_counter()
    seconds: list[float] = []
    while go_on():
        due = started + len(seconds) / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != httpx.codes.OK:
            raise SystemExit(f"a status call answered {answer.status}")
        seconds.append(time.perf_counter() - due)
    connection.close()
    return seconds


def unfinished(url: str, job_id: str) -> Callable[[], bool]:
    """Tells, looking once a second, whether the job still runs."""
    seen: dict[str, Any] = {"at": 0.0, "ended": False}

    def go_on() -> bool:
        if time.perf_counter() - seen["at"] > 1.0:
            seen["at"] = time.perf_counter()
            seen["ended"] = httpx.get(f"{url}/v1/jobs/{job_id}", trust_env=False).json()["finished_at"]
        return not seen["ended"]

    return go_on


def start_seconds(client: Client, video: str) -> float:
    """Waits for a job on an analysed video; returns how long it was queued."""
    job = client.wait(client.measure(video), lambda _job: None)
    created, started = (np.datetime64(job[name].rstrip("Z")) for name in ("created_at", "started_at"))
    return float((started - created) / np.timedelta64(1, "s"))


def looped(clip: Path, output: Path) -> Path:
    """The clip, many times over."""
    loops = ("-stream_loop", str(LOOPS - 1))
    subprocess.run(("ffmpeg", "-v", "error", *loops, "-i", clip, "-c", "copy", output), check=True)
    return output


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rate", type=float, default=100.0, help="status calls a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to ask while idle")
    parser.add_argument("--clip", type=Path, help="what to measure meanwhile (default: the sample, looped)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
