"""Starts ``liptune serve`` on a free port for as long as a block lasts, and yields its URL."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_START_SECONDS = 300.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.5


class ServiceFailed(Exception):
    """The service did not come up; its log is in the message."""


@contextmanager
def running_service(data: Path) -> Iterator[str]:
    """Starts ``liptune serve`` with its data folder, yields its URL once it is ready, stops it at the end."""
    data.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    # The user's own settings, API keys for one, are for the user's own service.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIPTUNE_")}
    command = [sys.executable, "-m", "liptune.cli.main", "serve", "--port", str(port)]
    log = data / "service.log"
    with log.open("wb") as output:
        service = subprocess.Popen(
            command,
            env=environment | {"LIPTUNE_DATA": str(data)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, service, log)
        yield url
    finally:
        _stop(service)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        if _is_ready(url):
            return
        time.sleep(_POLL_SECONDS)
    raise ServiceFailed(f"The service did not start. Its log, {log}, ends:\n{_tail(log)}")


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()
