"""Jobs whose media stand at URLs, against a real server."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from liptune.api.app import create_app
from liptune.core.store.database.models import Job
from tests.api.conftest import Service
from tests.fileserver import FileServer, serving
from tests.media_factory import ffmpeg

PATIENCE_SECONDS = 30.0


@pytest.fixture
def server(clips: Path) -> Iterator[FileServer]:
    files = {f"/{path.name}": path.read_bytes() for path in clips.iterdir()}
    with serving(files | {"/page.html": b"<html>Not here</html>"}) as serving_:
        yield serving_


@pytest.fixture
def fetching(tmp_path: Path) -> Iterator[Service]:
    """A service that may fetch from this machine."""
    built = Service(tmp_path, fetch_allow_internal=True, max_upload_bytes=300_000)
    with built.client:
        yield built
    built.store.close()


def submit(service: Service, url: str, **more: Any) -> dict[str, Any]:
    answer = service.client.post("/v1/jobs", json={"operation": "probe", "video": {"url": url}} | more)
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


def read(service: Service, job: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = service.client.get(f"/v1/jobs/{job['id']}").json()
    return body


def fetched(service: Service, job: dict[str, Any]) -> dict[str, Any]:
    """The job once its media are here, or it has failed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (now := read(service, job))["video"] is None and now["status"] in {"queued", "running"}:
        assert time.monotonic() < deadline, now
        time.sleep(0.05)
    return now


def secrets(service: Service) -> list[Any]:
    with service.store.database.reading() as session:
        return list(session.scalars(select(Job.to_fetch).where(Job.to_fetch.is_not(None))))


def test_a_video_is_fetched_and_then_waits_for_a_worker(
    fetching: Service, server: FileServer, clips: Path
) -> None:
    job = submit(fetching, f"{server.url}/talking.mp4?X-Signature=secret", metadata={"reel": "7"})
    assert (job["status"], job["video"]) == ("queued", None)
    assert job["sources"] == {"video": f"{server.url}/talking.mp4"}
    done = fetched(fetching, job)
    assert (done["status"], done["attempt"], done["metadata"]) == ("queued", 0, {"reel": "7"})
    media = fetching.client.get(f"/v1/media/{done['video']}").json()
    assert media["filename"] == "talking.mp4"
    assert media["bytes"] == (clips / "talking.mp4").stat().st_size
    assert fetching.upload(clips / "talking.mp4")["id"] == done["video"]
    with fetching.store.database.reading() as session:
        assert session.get_one(Job, job["id"]).queue == "gpu"
    assert secrets(fetching) == []
    assert "secret" not in str(done)


def test_video_and_sound_may_come_from_two_places(fetching: Service, server: FileServer, clips: Path) -> None:
    job = submit(fetching, f"{server.url}/silent.mp4", audio={"url": f"{server.url}/sound.wav"})
    done = fetched(fetching, job)
    assert done["video"]
    sound = fetching.upload(clips / "sound.wav", "audio/wav")["id"]
    assert done["audio"] == sound
    mixed = fetched(fetching, submit(fetching, f"{server.url}/silent.mp4", audio=sound))
    assert (mixed["video"], mixed["audio"]) == (done["video"], sound)


def test_a_gallery_may_come_from_a_third_place(fetching: Service, server: FileServer, clips: Path) -> None:
    lent = {"url": f"{server.url}/silent.mp4"}
    sound = fetching.upload(clips / "sound.wav", "audio/wav")["id"]
    body = {
        "operation": "dub",
        "video": {"url": f"{server.url}/talking.mp4"},
        "audio": sound,
        "gallery": lent,
    }
    done = fetched(fetching, fetching.client.post("/v1/jobs", json=body).json())
    assert done["gallery"] == fetching.upload(clips / "silent.mp4")["id"]
    assert done["sources"]["gallery"] == lent["url"]
    soundless = {**body, "gallery": {"url": f"{server.url}/sound.wav"}}
    failed = fetched(fetching, fetching.client.post("/v1/jobs", json=soundless).json())
    assert failed["error"]["code"] == "no_video_stream"


def test_a_broken_connection_is_taken_up_again(fetching: Service, server: FileServer) -> None:
    server.break_after += [1000, 1000]
    assert fetched(fetching, submit(fetching, f"{server.url}/talking.mp4"))["video"]
    assert [headers.get("Range") for _, headers in server.asked] == [None, "bytes=1000-", "bytes=2000-"]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/nothing.mp4", "url_unreachable"), ("/page.html", "media_unreadable"),
     ("/sound.wav", "no_video_stream"), ("/silent.mp4", "no_audio_stream"),
     ("/large.mp4", "media_too_large"), ("/away", "url_refused")],
)  # fmt: skip
def test_what_cannot_be_used_fails_the_job(
    fetching: Service, server: FileServer, path: str, code: str
) -> None:
    server.files["/large.mp4"] = bytes(300_001)
    server.moved["/away"] = "ftp://example.com/clip.mp4"
    ended = fetched(fetching, submit(fetching, f"{server.url}{path}"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", code)
    assert secrets(fetching) == []
    stored = [file for file in fetching.stored_files() if ".incoming" in file.parts]
    assert stored == []


@pytest.mark.parametrize(
    ("length", "broken", "code"),
    [(None, 2000, "media_unreadable"), ("2000", None, "media_unreadable"),
     (None, None, None), ("9999999", None, "media_too_large")],
    ids=["cut unannounced", "announced shorter", "unannounced", "announced longer than allowed"],
)  # fmt: skip
def test_a_length_may_be_wrong_or_missing(
    fetching: Service, server: FileServer, length: str | None, broken: int | None, code: str | None
) -> None:
    server.with_length = False
    server.headers |= {} if length is None else {"Content-Length": length}
    server.break_after += [] if broken is None else [broken]
    ended = fetched(fetching, submit(fetching, f"{server.url}/talking.mp4"))
    assert (ended["error"] or {}).get("code") == code
    assert bool(ended["video"]) is (code is None)
    assert [file for file in fetching.stored_files() if ".incoming" in file.parts] == []


def test_internal_addresses_are_refused_at_once(service: Service, server: FileServer) -> None:
    answer = service.client.post(
        "/v1/jobs", json={"operation": "probe", "video": {"url": f"{server.url}/talking.mp4"}}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "url_refused")
    assert service.client.get("/v1/jobs").json()["items"] == []


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    service: Service, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a name in the DNS may."""
    monkeypatch.setattr("liptune.core.internet.network._look_up", lambda _host, _port: ["127.0.0.1"])
    port = server.url.rpartition(":")[2]
    ended = fetched(service, submit(service, f"http://clips.example.com:{port}/talking.mp4"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "url_refused")
    assert server.asked == []


def test_a_slow_transfer_is_canceled_and_leaves_nothing(fetching: Service, server: FileServer) -> None:
    server.files["/slow.mp4"] = bytes(200_000)
    server.seconds_a_chunk = 0.2
    job = submit(fetching, f"{server.url}/slow.mp4")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while read(fetching, job)["stage"] != "fetch":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert read(fetching, job)["status"] == "running"
    assert fetching.client.post(f"/v1/jobs/{job['id']}/cancel").status_code == 202
    assert fetched(fetching, job)["status"] == "canceled"
    assert secrets(fetching) == []
    assert fetching.stored_files() == []


def test_a_slow_transfer_does_not_hold_up_others(fetching: Service, server: FileServer) -> None:
    server.files["/slow.mp4"] = bytes(200_000)
    server.seconds_a_chunk = 0.2
    slow = submit(fetching, f"{server.url}/slow.mp4")
    while not server.asked:
        time.sleep(0.02)
    server.seconds_a_chunk = 0.0
    assert fetched(fetching, submit(fetching, f"{server.url}/talking.mp4"))["video"]
    fetching.client.post(f"/v1/jobs/{slow['id']}/cancel")


def test_of_a_batch_one_that_is_not_there_fails_alone(fetching: Service, server: FileServer) -> None:
    items = [{"video": {"url": f"{server.url}/{name}"}} for name in ("talking.mp4", "absent.mp4")]
    batch = fetching.client.post("/v1/batches", json={"operation": "probe", "items": items}).json()["id"]
    query = f"/v1/batches/{batch}?order=given"
    here, absent = (item["job"] for item in fetching.client.get(query).json()["items"])
    assert fetched(fetching, {"id": here})["video"]
    assert fetched(fetching, {"id": absent})["error"]["code"] == "url_unreachable"
    shown = fetching.client.get(query).json()
    assert [(item["name"], item["status"]) for item in shown["items"]] == [
        ("talking.mp4", "queued"),
        ("absent.mp4", "failed"),
    ]
    assert (shown["counts"]["failed"], shown["finished_at"]) == (1, None)


def test_a_service_that_ends_leaves_the_job_to_the_next(tmp_path: Path, server: FileServer) -> None:
    server.files["/slow.mp4"] = bytes(200_000)
    server.seconds_a_chunk = 0.2
    first = Service(tmp_path, fetch_allow_internal=True)
    with first.client:
        job = submit(first, f"{server.url}/slow.mp4")
        while not server.asked:
            time.sleep(0.02)
    with first.store.database.reading() as session:
        waiting = session.get_one(Job, job["id"])
        assert (waiting.status, waiting.attempt, waiting.queue) == ("queued", 0, "fetch")
    server.seconds_a_chunk = 0.0
    server.files["/slow.mp4"] = server.files["/talking.mp4"]
    first.client = TestClient(create_app(first.settings), "http://127.0.0.1:8000")
    with first.client:
        assert fetched(first, job)["video"]
    first.store.close()


def test_the_same_request_again_is_the_same_job(fetching: Service, server: FileServer) -> None:
    wanted = {"operation": "probe", "video": {"url": f"{server.url}/talking.mp4"}}
    key = {"Idempotency-Key": "one"}
    one, other = (fetching.client.post("/v1/jobs", json=wanted, headers=key) for _ in range(2))
    assert one.json()["id"] == other.json()["id"]
    elsewhere = wanted | {"video": {"url": f"{server.url}/silent.mp4"}}
    conflict = fetching.client.post("/v1/jobs", json=elsewhere, headers=key)
    assert conflict.json()["code"] == "idempotency_conflict"


@pytest.mark.parametrize("video", [{"url": 1}, {"uri": "https://example.com"}, {}, 7, None])
def test_what_is_neither_id_nor_url_is_refused(service: Service, video: object) -> None:
    answer = service.client.post("/v1/jobs", json={"operation": "probe", "video": video})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_options_that_the_file_does_not_bear_are_refused_at_once(
    service: Service, clips: Path, tmp_path: Path
) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    for options in ({"audio_stream": 7}, {"audio_stream": "fra"}, {"channel": 3}, {"region": "0,0,999,64"}):
        wanted = {"operation": "measure", "video": video, "options": options}
        answer = service.client.post("/v1/jobs", json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_option"), options
    two = tmp_path / "two.mkv"
    ffmpeg(
        "-i", clips / "talking.mp4", "-map", "0", "-map", "0:a", "-c", "copy",
        "-metadata:s:a:1", "language=fra", two,
    )  # fmt: skip
    wanted = {"operation": "measure", "video": service.upload(two)["id"], "options": {"audio_stream": "fr"}}
    assert service.client.post("/v1/jobs", json=wanted).status_code == 202


def test_the_document_offers_urls(service: Service) -> None:
    schema = create_app(service.settings).openapi()["components"]["schemas"]
    assert "UrlSource" in str(schema["JobRequest"]["properties"]["video"])
