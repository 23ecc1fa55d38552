"""What many open event streams cost an API process, and how soon an event reaches its client.

    python -m benchmarks.streams [--streams N] [--seconds N]

Opens a stream for each of so many jobs on one API process with PostgreSQL, counts the database's transactions
while nothing happens (the API's own upkeep among them), then writes events and times when they arrive.
"""

import argparse
import asyncio
import random
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from sqlalchemy import text

from benchmarks.database import api
from benchmarks.filling import key, owner
from benchmarks.record import provenance, write_result
from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.store import prepare
from tests.core.store.rows import insert_job
from tests.servers import OwnPostgres

OWNER = 7
EVENTS = 300
APART_SECONDS = 0.02


def main() -> None:
    """Runs it, prints the figures, writes ``results/streams.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--streams", type=int, default=1000, help="streams open at once")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long nothing happens")
    given = parser.parse_args()
    server = OwnPostgres()
    try:
        with tempfile.TemporaryDirectory() as folder, closing(Database(server.url)) as database:
            prepare(Settings(data=Path(folder), database_url=server.url))
            jobs = [insert_job(database, owner=owner(OWNER)) for _ in range(given.streams)]
            with api(Path(folder), server.url, reap_interval="PT2S") as address:
                row = asyncio.run(measured(address, database, jobs, given.seconds))
    finally:
        server.remove()
    print(", ".join(f"{name}: {value}" for name, value in row.items()))
    print(write_result("streams", provenance() | {"streams": given.streams, "events": EVENTS} | row))


async def measured(address: str, database: Database, jobs: list[str], seconds: float) -> dict[str, float]:
    """Transactions a second while nothing happens; milliseconds from an event's commit to its client."""
    alone = await idle(database, seconds)
    arrivals: dict[tuple[str, str], float] = {}
    streams = [asyncio.create_task(follow(address, job_id, arrivals)) for job_id in jobs]
    while len(arrivals) < len(jobs):
        await asyncio.sleep(0.1)
    followed = await idle(database, seconds)
    some, sent = random.Random(1), dict[tuple[str, str], float]()  # noqa: S311 - not a secret
    for number in range(EVENTS):
        job_id = some.choice(jobs)
        await asyncio.to_thread(write, database, job_id, number)
        sent[job_id, str(number)] = time.monotonic()
        await asyncio.sleep(APART_SECONDS)
    await asyncio.sleep(2)
    for stream in streams:
        stream.cancel()
    late = [1000 * max(arrivals[each] - begun, 0.0) for each, begun in sent.items() if each in arrivals]
    p50, p99 = np.percentile(late, [50, 99])
    return {
        "transactions_per_second_without_streams": round(alone, 2),
        "transactions_per_second": round(followed, 2),
        "arrived": len(late),
        "p50_ms": round(float(p50), 1),
        "p99_ms": round(float(p99), 1),
    }


async def idle(database: Database, seconds: float) -> float:
    """Transactions a second while nothing happens."""
    before = transactions(database)
    await asyncio.sleep(seconds)
    return (transactions(database) - before - 1) / seconds


async def follow(address: str, job_id: str, arrivals: dict[tuple[str, str], float]) -> None:
    """Notes when each event arrives, by its job and its stage; of the first, whose stage is empty, too."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"GET /v1/jobs/{job_id}/events HTTP/1.1\r\nHost: {place.netloc}\r\n"
    writer.write(f"{head}Authorization: Bearer {key(OWNER)}\r\n\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b"data:"):
            stage = line.partition(b'"stage": "')[2].partition(b'"')[0].decode()
            arrivals[job_id, stage] = time.monotonic()


def write(database: Database, job_id: str, number: int) -> None:
    """An event of the job, its number for a stage."""
    with database.writing() as session:
        JobRepository(session).record(job_id, "progress", {"stage": str(number), "progress": 0.5})


def transactions(database: Database) -> int:
    """Of the whole server's database, so far."""
    query = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    with database.reading() as session:
        return int(session.execute(text(query)).scalar_one())


if __name__ == "__main__":
    main()
