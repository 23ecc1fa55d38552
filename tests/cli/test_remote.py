"""``--server``: the same command, another machine's work."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, ENVIRONMENT, SAMPLES, Measured, run
from tests.e2e.conftest import LiveService


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    service = LiveService(tmp_path_factory.mktemp("remote"))
    try:
        service.until_ready()
        yield service
    finally:
        service.close()


def url(live: LiveService) -> str:
    return str(live.client.base_url)


@pytest.mark.slow
def test_a_service_measures_the_same(live: LiveService, measured: Measured, tmp_path: Path) -> None:
    video, report = SAMPLES / "astronaut_early.mp4", tmp_path / "report"
    done = run("measure", video, "--json", "--report", report, "--server", url(live))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["score"] == json.loads(measured.completed.stdout)["score"]
    assert {path.name for path in report.iterdir()} == {path.name for path in measured.report.iterdir()}


@pytest.mark.slow
def test_exit_codes_are_the_same(live: LiveService, faceless: Path, tmp_path: Path) -> None:
    assert run("measure", faceless, "--server", url(live)).returncode == 4
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"not a video at all")
    refused = run("measure", empty, "--server", url(live))
    assert (refused.returncode, "[media_unreadable]" in refused.stderr) == (3, True)


@pytest.mark.slow
def test_a_job_that_nobody_waits_for_is_canceled(live: LiveService, long_sample: Path) -> None:
    command = [*COMMAND, "measure", str(long_sample), "--server", url(live)]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while not any(job["status"] == "running" for job in live.liptune.jobs(limit=1)):
            assert time.monotonic() < until
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    newest = next(iter(live.liptune.jobs(limit=1)))
    assert live.until(newest["id"], "canceled", "succeeded", "failed")["status"] == "canceled"


def test_nobody_there() -> None:
    done = run("measure", SAMPLES / "astronaut.mp4", "--server", "http://127.0.0.1:1")
    assert done.returncode == 7
    assert "[server_unreachable]" in done.stderr
    assert "Traceback" not in done.stderr
