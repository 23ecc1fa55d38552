"""The service's parts on servers of their own, for as long as a block lasts.

Beside the service's own operations these parts have the tests' small one, ``probe``.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from sqlalchemy import func, select

from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Worker
from liptune.core.store.ids import now
from liptune.core.store.store import prepare
from tests.servers import OwnPostgres, OwnRedis, OwnS3, free_port

START_SECONDS = 600.0
KEYS = ("one-studio", "another-studio")
"""The keys of two owners."""


class Studio:
    """PostgreSQL, Redis, S3 and the API; workers as they are hired, one process each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._workers = 0

    def __enter__(self) -> Self:
        postgres, redis, storage = OwnPostgres(), OwnRedis(), OwnS3()
        for end in (postgres.remove, redis.stop, storage.stop):
            self._stack.callback(end)
        named: dict[str, Any] = {
            **storage.settings("studio"),
            "database_url": postgres.url,
            "broker_url": redis.url,
            "max_jobs_in_flight": 100_000,
        }
        prepare(Settings(data=self._folder / "own", **named))
        self._environment = {f"LIPTUNE_{name.upper()}": str(value) for name, value in named.items()}
        self._environment["LIPTUNE_API_KEYS"] = ",".join(KEYS)
        self._database = Database(postgres.url)
        self._stack.callback(self._database.close)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.api = self._start("api", "-m", "tests.faults.program", "api", "--port", str(port))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def client(self, key: str) -> httpx.Client:
        """Calls the API as the owner with that key."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=600.0, trust_env=False)

    def hire(self) -> None:
        """Starts another worker, and waits until all of them receive messages and the API answers."""
        self._workers += 1
        self._start(f"worker-{self._workers}", "-m", "liptune.worker", "--include", "tests.worker.register")
        deadline = time.monotonic() + START_SECONDS
        while not self._ready() or self._at_work() < self._workers:
            if time.monotonic() > deadline:
                raise SystemExit("the service did not start")
            time.sleep(0.2)

    def _at_work(self) -> int:
        query = select(func.count()).where(Worker.seen_at > now() - timedelta(seconds=15))
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        data = self._folder / name
        data.mkdir()
        environment = os.environ | self._environment | {"LIPTUNE_DATA": str(data), "OMP_NUM_THREADS": "1"}
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._stack.callback(_end, process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
