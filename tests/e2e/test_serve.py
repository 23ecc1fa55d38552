"""``liptune serve`` where it cannot serve, and when it stops."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import LiveService, free_port, start


def refusal(data: Path, *arguments: str, **environment: str) -> str:
    """What it says instead of starting."""
    data.parent.mkdir(exist_ok=True, parents=True)
    process = start(data, *arguments, **environment)
    assert process.wait(120) not in {0, None}
    return (data.parent / "serve.log").read_text()


def processes_of(data: Path) -> list[int]:
    """Living processes whose environment names the data folder."""
    mark, alive = f"LIPTUNE_DATA={data}".encode(), []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            found = mark in environ.read_bytes().split(b"\0")
            state = (environ.parent / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ProcessLookupError):
            continue
        if found and state != "Z":
            alive.append(int(environ.parent.name))
    return alive


def wait_until_gone(data: Path) -> None:
    deadline = time.monotonic() + 60
    while alive := processes_of(data):
        assert time.monotonic() < deadline, alive
        time.sleep(0.1)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(tmp_path / "data", "--port", str(port))
    assert f"Cannot listen on 127.0.0.1:{port}" in said
    assert "Traceback" not in said


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    said = refusal(tmp_path / "data", "--port", "0")
    assert "cannot be written" in said
    assert "Traceback" not in said


@pytest.mark.one_in(3)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_open_door_has_to_be_asked_for(tmp_path: Path, host: str) -> None:
    said = refusal(tmp_path / "data", "--host", host)
    assert "LIPTUNE_API_KEYS" in said


def test_a_setting_that_is_none(tmp_path: Path) -> None:
    said = refusal(tmp_path / "data", LIPTUNE_MAX_ATTEMPTS="many")
    assert "max_attempts" in said
    assert "Traceback" not in said


def test_a_folder_has_one_service(live: LiveService) -> None:
    said = refusal(live.data, "--port", str(free_port()))
    assert "Another service already uses the data folder" in said


@pytest.mark.one_in(2)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_stays_behind(tmp_path: Path, number: signal.Signals) -> None:
    service = LiveService(tmp_path)
    try:
        service.until_ready()
        os.kill(service.process.pid, number)
        status = service.process.wait(60)
        assert status == (-number if number == signal.SIGKILL else 0)
        wait_until_gone(service.data)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", service.port)).close()
    finally:
        service.close()


def test_a_worker_that_dies_is_replaced(live: LiveService) -> None:
    before = live.worker()
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        try:
            if live.worker() != before:
                break
        except AssertionError:
            assert time.monotonic() < deadline
        time.sleep(0.1)
    live.until_ready()
