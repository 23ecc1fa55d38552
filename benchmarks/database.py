"""How the service does with many jobs in its database.

    python -m benchmarks.database [--jobs N] [--events N] [--rates N …] [--seconds N]

Fills a PostgreSQL server of its own, asks the API for jobs' status and for the first page of their list at
fixed rates, and for what a scrape of the metrics reads, then times the queries that every API process sends
again and again.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from benchmarks.filling import OWNERS, fill, job_id, key
from benchmarks.record import provenance, write_result
from benchmarks.service import load_all
from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.store import prepare
from liptune.core.store.sweeping import SWEEPS
from tests.servers import OwnPostgres, free_port, wait_for_port

OWNER = 7
TIMES = 50

Row = dict[str, float]


def main() -> None:
    """Runs it, prints a table, writes ``results/database.json``."""
    arguments = _arguments()
    server = OwnPostgres()
    try:
        result = measured(server.url, arguments)
    finally:
        server.remove()
    for name, row in (result["calls"] | result["queries"]).items():
        print(f"{name:<48}{row['calls']:>8}{row['p50_ms']:>10.2f}{row['p99_ms']:>10.2f}")
    print(write_result("database", provenance() | {"arguments": vars(arguments)} | result))


def measured(url: str, arguments: argparse.Namespace) -> dict[str, dict[str, Row]]:
    """The times of calls and of queries, by name."""
    with tempfile.TemporaryDirectory() as folder, closing(Database(url)) as database:
        named = Settings(data=Path(folder), database_url=url)
        prepare(named)
        fill(database, arguments.jobs, arguments.events)
        with api(Path(folder), url) as address:
            calls = dict(called(address, arguments))
        queries = {name: timed(database, query) for name, query in QUERIES.items()}
    return {"calls": calls, "queries": queries}


def called(address: str, arguments: argparse.Namespace) -> Iterator[tuple[str, Row]]:
    """Calls of one owner's jobs, whichever they are."""
    mine = range(OWNER, arguments.jobs, OWNERS)
    some = random.Random(1)  # noqa: S311 - not a secret
    asked: dict[str, Callable[[], str]] = {
        "status": lambda: f"/v1/jobs/{job_id(some.choice(mine))}",
        "list": lambda: "/v1/jobs",
        "list of failed jobs": lambda: "/v1/jobs?status=failed",
    }
    calls = [(name, path, rate) for rate in arguments.rates for name, path in asked.items()]
    bearer = {"Authorization": f"Bearer {key(OWNER)}"}
    for name, path, rate in [*calls, ("metrics", lambda: "/metrics", 1.0)]:
        paths = [path() for _ in range(round(rate * arguments.seconds))]
        load_all(address, paths[:50], rate, bearer)
        yield f"{name}, {rate:.0f} a second", load_all(address, paths, rate, bearer)


def timed(database: Database, query: Callable[[Session], object]) -> Row:
    """How long a query takes that is undone each time."""
    taken = []
    for _ in range(TIMES):
        with Session(database.engine) as session:
            began = time.perf_counter()
            query(session)
            session.flush()
            taken.append(1000 * (time.perf_counter() - began))
            session.rollback()
    p50, p99 = np.percentile(taken, [50, 99])
    return {"calls": TIMES, "p50_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2)}


def _sweeping(kind: str) -> Callable[[Session], object]:
    return lambda session: SWEEPS[kind](session, lambda _blob: None)


MINUTE = timedelta(minutes=1)
QUERIES: dict[str, Callable[[Session], object]] = {
    "events of a job": lambda session: JobRepository(session).events(job_id(OWNER), 0),
    "look for silent workers": lambda session: ReapingRepository(session).expire_leases(3, MINUTE),
    "look for lost messages": lambda session: ReapingRepository(session).find_lost(MINUTE, 1000 * MINUTE),
    "look for media to fetch": lambda session: JobRepository(session).any_waits_for_media(),
} | {f"one step of sweeping {kind}": _sweeping(kind) for kind in SWEEPS}


@contextmanager
def api(folder: Path, url: str, reap_interval: str = "PT1H") -> Iterator[str]:
    """The API alone, on a port of its own."""
    port = free_port()
    named = {"DATA": str(folder), "DATABASE_URL": url, "API_KEYS": key(OWNER), "REAP_INTERVAL": reap_interval}
    environment = os.environ | {f"LIPTUNE_{name}": value for name, value in named.items()}
    command = [sys.executable, "-m", "liptune.cli.main", "api", "--port", str(port)]
    with (folder / "api.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1_000_000, help="jobs in the database")
    parser.add_argument("--events", type=int, default=10, help="events of each job")
    parser.add_argument("--rates", type=float, nargs="+", default=[50.0, 100.0, 200.0], help="calls a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to ask, each time")
    return parser.parse_args()


if __name__ == "__main__":
    main()
