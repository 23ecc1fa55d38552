"""The real servers that some tests need: skipped on a laptop without them, failed in CI."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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


class OwnPostgres:
    """A PostgreSQL server of the test's own, which may be stopped and started."""

    def __init__(self) -> None:
        self._binaries = _postgres_binaries()
        self.port = free_port()
        self.url = f"postgresql://tester@127.0.0.1:{self.port}/postgres"
        self.folder = Path(tempfile.mkdtemp(prefix="liptune-postgres-"))
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "tester", "-A", "trust", "--no-sync")
        self.start()

    def start(self) -> None:
        """Starts it; returns when it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stops it at once, as a crash would; what was committed is kept."""
        self._run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stops it for good."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _user(self) -> str | None:
        """PostgreSQL refuses to run as root."""
        return "postgres" if os.getuid() == 0 else None

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        quiet = subprocess.DEVNULL
        subprocess.run(command, user=self._user, cwd=self.folder, stdout=quiet, stderr=quiet, check=True)


def _postgres_binaries() -> Path:
    found = [Path(path) for path in (shutil.which("initdb"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        missing("PostgreSQL's initdb")
    return found[0].resolve().parent


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
