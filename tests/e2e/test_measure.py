"""A video's way through the real service."""

import json
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import ENDED, LiveService
from tests.media_factory import ffmpeg


def messages(log: Path, event: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == event]


def test_a_video_is_measured_and_its_report_can_be_fetched(live: LiveService, sample: Path) -> None:
    headers = {"X-Request-ID": "first-measurement"}
    video = live.upload(sample)
    body = {"operation": "measure", "video": video}
    job_id = live.client.post("/v1/jobs", json=body, headers=headers).json()["id"]
    job = live.until(job_id, *ENDED)
    assert job["status"] == "succeeded", job["error"]
    assert job["result"]["score"]["verdict"] in {"in_sync", "out_of_sync", "no_evidence"}
    assert [made["name"] for made in job["artifacts"]] == [
        "report.json", "report.html", "distance.png", "markers.csv", "markers.otio", "markers.edl",
    ]  # fmt: skip
    assert job["artifacts"][3]["media_type"] == "text/csv; charset=utf-8"
    for made in job["artifacts"]:
        answer = live.client.get(made["url"])
        assert len(answer.content) == made["bytes"]
        assert answer.headers["etag"] == f'"{made["sha256"]}"'
    assert live.client.get(job["artifacts"][0]["url"]).json()
    metrics = live.client.get("/metrics").text
    for branch in ("faces", "sound"):
        assert f'liptune_batch_windows_sum{{branch="{branch}",engine="lite"}}' in metrics
    [started] = [line for line in messages(live.log, "job_started") if line["job_id"] == job_id]
    assert started["request_id"] == "first-measurement"


def test_the_same_bytes_are_one_media_and_are_analysed_once(live: LiveService, sample: Path) -> None:
    analyses = live.data / "files" / "analyses"
    before = set(analyses.glob("*.npz"))
    video = live.upload(sample)
    assert live.upload(sample) == video
    first = live.until(live.measure(video), *ENDED)
    second = live.until(live.measure(video), *ENDED)
    assert second["result"]["score"] == first["result"]["score"]
    assert len(set(analyses.glob("*.npz")) - before) <= 1


def test_one_request_does_it_all(live: LiveService, sample: Path) -> None:
    file = {"video": ("v.mp4", sample.read_bytes(), "video/mp4")}
    prefer = {"Prefer": "wait=60"}
    answer = live.client.post(
        "/v1/jobs", files=file, data={"operation": "measure"}, headers=prefer, timeout=90
    )
    assert answer.status_code in {200, 202}
    assert answer.headers["preference-applied"] == "wait=60"
    assert live.until(answer.json()["id"], *ENDED)["status"] == "succeeded"


@pytest.mark.slow
def test_a_killed_worker_does_not_lose_the_job(live: LiveService, sample: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    ffmpeg("-stream_loop", "1", "-i", sample, "-c", "copy", long)
    job_id = live.measure(live.upload(long))
    live.until(job_id, "running")
    os.kill(live.worker(), signal.SIGKILL)
    job = live.until(job_id, *ENDED)
    assert job["status"] == "succeeded", job["error"]
    assert job["attempt"] == 2


def test_a_running_measurement_is_canceled(live: LiveService, sample: Path, tmp_path: Path) -> None:
    long = tmp_path / "longer.mp4"
    ffmpeg("-stream_loop", "29", "-i", sample, "-c", "copy", long)
    job_id = live.measure(live.upload(long))
    live.until(job_id, "running")
    assert live.client.post(f"/v1/jobs/{job_id}/cancel").status_code == 202
    job = live.until(job_id, *ENDED)
    assert (job["status"], job["artifacts"]) == ("canceled", [])


def test_an_upload_that_is_cut_off_leaves_nothing(live: LiveService) -> None:
    incoming = live.data / "files" / ".incoming"
    with socket.create_connection(("127.0.0.1", live.port)) as connection:
        head = (
            "POST /v1/media HTTP/1.1",
            "Host: localhost",
            "Content-Type: video/mp4",
            "Content-Length: 9999999",
        )
        connection.sendall("\r\n".join((*head, "", "")).encode() + b"x" * 3_000_000)
        wait_for(lambda: any(incoming.iterdir()))
    wait_for(lambda: not any(incoming.iterdir()))
    assert live.client.get("/livez").status_code == 200


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("side", "frames"), [(160, 50), (1, 25), (64, 1)])
def test_a_clip_without_a_face_fails_and_says_so(
    live: LiveService, tmp_path: Path, side: int, frames: int
) -> None:
    clip = tmp_path / "noise.mkv"
    raw = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{side}x{side}", "-r", "25", "-i", "pipe:0")
    sound = ("-f", "lavfi", "-i", "sine=d=2", "-shortest", "-c:v", "ffv1")
    ffmpeg(*raw, *sound, clip, stdin=random.Random(0).randbytes(side * side * frames))
    job = live.until(live.measure(live.upload(clip)), *ENDED)
    assert job["status"] == "failed"
    assert job["error"]["code"] == "no_face"
    assert job["error"]["type"] == "urn:liptune:problem:no_face"


def test_every_log_line_of_the_service_is_json(live: LiveService) -> None:
    assert messages(live.log, "request")
    lines = [line for line in live.log.read_text().splitlines() if '"event"' in line]
    assert all(json.loads(line)["timestamp"] for line in lines)


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
