"""``--server``: the same command, another machine's work."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, ENVIRONMENT, SAMPLES, run
from tests.e2e.conftest import ENDED, LiveService
from tests.media_factory import ffmpeg


def url(live: LiveService) -> str:
    return str(live.client.base_url)


def test_a_service_measures_the_same(live: LiveService, sample: Path, tmp_path: Path) -> None:
    here = live.until(live.measure(live.upload(sample)), *ENDED)
    report = tmp_path / "report"
    done = run("measure", sample, "--json", "--report", report, "--server", url(live))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["score"] == here["result"]["score"]
    assert {path.name for path in report.iterdir()} == {made["name"] for made in here["artifacts"]}


def test_exit_codes_are_the_same(live: LiveService, tmp_path: Path) -> None:
    faceless = tmp_path / "faceless.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=2"]
    ffmpeg(*picture, "-f", "lavfi", "-i", "sine=frequency=300:duration=2", faceless)
    assert run("measure", faceless, "--server", url(live)).returncode == 4
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"not a video at all")
    refused = run("measure", empty, "--server", url(live))
    assert (refused.returncode, "[media_unreadable]" in refused.stderr) == (3, True)


def test_a_job_that_nobody_waits_for_is_canceled(live: LiveService, sample: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    ffmpeg("-stream_loop", "40", "-i", sample, "-c", "copy", long)
    command = [*COMMAND, "measure", str(long), "--server", url(live)]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while not any(job["status"] == "running" for job in live.liptune.jobs(limit=1)):
            assert time.monotonic() < until
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    newest = next(iter(live.liptune.jobs(limit=1)))
    assert live.until(newest["id"], "canceled", "succeeded", "failed")["status"] == "canceled"


def test_what_a_copy_may_lose_is_printed_whoever_makes_it(live: LiveService, tmp_path: Path) -> None:
    faceless, output = tmp_path / "faceless.avi", tmp_path / "repaired.avi"
    picture = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=2")
    sound = ("-f", "lavfi", "-i", "sine=frequency=300:duration=2")
    ffmpeg(*picture, *sound, "-c:v", "huffyuv", "-c:a", "pcm_s16le", faceless)
    here, there = (run("warp", faceless, "-o", output, *server) for server in ((), ("--server", url(live))))
    told = "repaired.avi may differ from faceless.avi: Picture stream 0 (huffyuv) is encoded anew as h264."
    assert told in here.stderr.splitlines()
    assert told in there.stderr.splitlines()
    assert (here.returncode, there.returncode, output.exists()) == (4, 4, False)


def test_a_url_is_left_to_the_service(live: LiveService) -> None:
    refused = run("measure", "http://127.0.0.1/clip.mp4", "--server", url(live))
    assert (refused.returncode, "[url_refused]" in refused.stderr) == (1, True)
    alone = run("measure", "https://example.com/clip.mp4")
    assert (alone.returncode, "--server" in alone.stderr) == (2, True)


@pytest.mark.slow
def test_a_service_measures_many(live: LiveService, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"not a video at all")
    report = tmp_path / "out"
    asked = ("measure", sample, sample.with_stem("astronaut_early"), tmp_path / "broken.mp4", "--json")
    done = run(*asked, "--report", report, "--server", url(live))
    rows = {row["file"].rpartition("/")[2]: row for row in map(json.loads, done.stdout.splitlines())}
    codes = {name: row["error"] and row["error"]["code"] for name, row in rows.items()}
    wanted = {sample.name: None, "astronaut_early.mp4": None, "broken.mp4": "media_unreadable"}
    assert (done.returncode, codes) == (9, wanted), done.stderr
    batch = next(live.liptune.batches.all())
    items = list(live.liptune.batches.items(batch["id"], order="given"))
    assert [item["name"] for item in items] == [sample.name, "astronaut_early.mp4"]
    for item in items:
        assert rows[item["name"]]["result"] == live.read(item["job"])["result"]
        assert Path(rows[item["name"]]["report"]).is_file()


def test_nobody_there() -> None:
    done = run("measure", SAMPLES / "astronaut.mp4", "--server", "http://127.0.0.1:1")
    assert done.returncode == 7
    assert "[server_unreachable]" in done.stderr
    assert "Traceback" not in done.stderr
