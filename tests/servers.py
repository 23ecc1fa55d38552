"""The real servers that some tests need: skipped on a laptop without them, failed in CI."""

import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")


def missing(server: str) -> NoReturn:
    """Ends the test: a laptop may lack the server, CI may not."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have {server}")
    pytest.skip(f"{server} is not there")


class OwnRedis:
    """A Redis server of the test's own, which remembers nothing when it is stopped."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._options = options
        self.start()

    def start(self) -> None:
        """Starts it, on the same port as before; returns when it answers."""
        program = shutil.which("redis-server")
        if program is None:
            missing("redis-server")
        forgetful = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(
            [program, "--port", str(self.port), *forgetful, *self._options], stdout=subprocess.DEVNULL
        )
        wait_for_port(self.port)

    def stop(self) -> None:
        """Kills it; what it held is gone."""
        self.process.kill()
        self.process.wait()


class OwnS3:
    """moto's S3 server, an HTTP server of the test's own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port)

    def settings(self, bucket: str) -> dict[str, str]:
        """What names a bucket there; as environment variables with LIPTUNE_ in front."""
        return {
            "s3_bucket": bucket,
            "s3_endpoint": self.url,
            "s3_access_key": "tester",
            "s3_secret_key": "not-a-secret",
        }

    def stop(self) -> None:
        """Kills it; what it held is gone."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, seconds: float = 60.0) -> None:
    """Returns once somebody listens."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens on {port}"
            time.sleep(0.05)
        else:
            return


@contextmanager
def own_database() -> Iterator[str]:
    """SQLAlchemy's URL of a new PostgreSQL database, dropped afterwards."""
    name = f"liptune_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        missing(f"PostgreSQL at {POSTGRES}")
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        quick = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
        server.execute(quick)
        try:
            yield POSTGRES.rpartition("/")[0] + f"/{name}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
