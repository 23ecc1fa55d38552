import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from liptune.client import Client

PATIENCE_SECONDS = 240.0
ENDED = ("succeeded", "failed", "canceled")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(data: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Runs ``liptune serve`` with its output in ``data``'s neighbour ``serve.log``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIPTUNE_")}
    ours = {"LIPTUNE_DATA": str(data), "LIPTUNE_LEASE": "PT20S", "LIPTUNE_HEARTBEAT": "PT1S"}
    with (data.parent / "serve.log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "liptune.cli.main", "serve", *arguments],
            env=clean | ours | environment,
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )


class LiveService:
    """``liptune serve`` on a free port, and an HTTP client."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "serve.log"
        self.port = free_port()
        self.process = start(self.data, "--port", str(self.port))
        url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=url, timeout=60.0, trust_env=False)
        self.liptune = Client(url)

    def until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        pytest.fail(self.log.read_text()[-4000:])

    def upload(self, path: Path) -> str:
        return self.liptune.upload(path)["id"]

    def measure(self, video: str, **options: Any) -> str:
        return self.liptune.submit("measure", video, options=options)["id"]

    def read(self, job_id: str) -> dict[str, Any]:
        return dict(self.liptune.job(job_id))

    def until(self, job_id: str, *statuses: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (job := self.read(job_id))["status"] not in statuses:
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        return job

    def worker(self) -> int:
        """The process id of the supervised worker."""
        for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = cmdline.read_bytes().split(b"\0")
                parent = (cmdline.parent / "stat").read_text().rpartition(")")[2].split()[1]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if words[1:3] == [b"-m", b"liptune.worker"] and int(parent) == self.process.pid:
                return int(cmdline.parent.name)
        raise AssertionError("there is no worker")

    def close(self) -> None:
        self.client.close()
        self.liptune.close()
        self.process.terminate()
        try:
            self.process.wait(60)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    service = LiveService(tmp_path_factory.mktemp("live"))
    try:
        service.until_ready()
        yield service
    finally:
        service.close()


@pytest.fixture(scope="session")
def sample() -> Path:
    return Path(__file__).parents[2] / "samples" / "astronaut.mp4"
